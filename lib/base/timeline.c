/* timeline.c - steps, their stopwatches, and the deadlines they run under */
#include "base/timeline.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/steps.h"

void timeline_begin(struct timeline *tl, struct err *err, int64_t limit_us, int64_t deadline_us,
		    int64_t reserve_us)
{
	pthread_mutex_init(&tl->lock, NULL);
	tl->begin_us = clock_us();
	tl->wall_us = clock_wall_us();
	tl->final_us = deadline_us;
	tl->work_us = deadline_us - reserve_us;
	tl->run_limit_us = limit_us;
	tl->err = err;
	tl->prefix = "";
	timeline_leg(tl, "", 0);
}

/* the earlier of the leg's and the run's deadline, and its name */
static void choose_deadline(struct timeline *tl)
{
	if (tl->leg_us && tl->leg_us < tl->work_us) {
		tl->deadline_us = tl->leg_us;
		tl->limit_kind = ERR_TIMEOUT;
		tl->limit_us = tl->leg_limit_us;
		tl->limit_name = "--connection-timeout";
	} else {
		tl->deadline_us = tl->work_us;
		tl->limit_kind = ERR_RUN_TIMEOUT;
		tl->limit_us = tl->run_limit_us;
		tl->limit_name = "--timeout";
	}
}

void timeline_leg(struct timeline *tl, const char *prefix, int64_t limit_us)
{
	tl->prefix = prefix;
	tl->leg_limit_us = limit_us;
	tl->leg_us = limit_us ? clock_us() + limit_us : 0;
	choose_deadline(tl);
}

static void leave(struct timeline *tl, int64_t now)
{
	if (tl->current < tl->count)
		tl->step[tl->current].duration_us += now - tl->entered_us;
	tl->current = tl->count;
}

static size_t find_or_add(struct timeline *tl, const char *name, int64_t now)
{
	for (size_t i = 0; i < tl->count; i++)
		if (!strcmp(tl->step[i].name, name))
			return i;
	if (tl->count == TIMELINE_STEPS) /* more than any dialog has: the last takes the time */
		return tl->count - 1;
	struct timeline_step *s = &tl->step[tl->count];
	snprintf(s->name, sizeof(s->name), "%s", name);
	s->start_us = now - tl->begin_us;
	return tl->count++;
}

int step(struct timeline *tl, const char *name)
{
	char full[STEP_NAME_SIZE];
	int64_t now = clock_us();

	snprintf(full, sizeof(full), "%s%s", step_stands_alone(name) ? "" : tl->prefix, name);
	if (!tl->held) {
		pthread_mutex_lock(&tl->lock);
		leave(tl, now);
		tl->current = find_or_add(tl, full, now);
		tl->entered_us = now;
		pthread_mutex_unlock(&tl->lock);
		atomic_store(&tl->running, tl->step[tl->current].name);
	}
	if (now >= tl->deadline_us)
		return timeline_timed_out(tl, "not begun");
	return 0;
}

void timeline_hold(struct timeline *tl, bool held)
{
	tl->held = held && tl->current < tl->count;
}

int timeline_timed_out(struct timeline *tl, const char *what)
{
	double limit_s = (double)tl->limit_us / (double)US_PER_S;

	return err_set(tl->err, tl->limit_kind, "%s, timed out after %.*g s (%s)", what,
		       SECONDS_DIGITS(limit_s), limit_s, tl->limit_name);
}

void timeline_fail(struct timeline *tl)
{
	if (tl->current >= tl->count || tl->err->step[0])
		return;
	struct timeline_step *s = &tl->step[tl->current];
	pthread_mutex_lock(&tl->lock);
	s->outcome = STEP_FAILED;
	pthread_mutex_unlock(&tl->lock);
	snprintf(tl->err->step, sizeof(tl->err->step), "%s", s->name);
}

void timeline_cleanup(struct timeline *tl, int64_t limit_us)
{
	tl->work_us = tl->final_us;
	timeline_leg(tl, tl->prefix, limit_us);
}

void timeline_end(struct timeline *tl)
{
	int64_t now = clock_us();

	pthread_mutex_lock(&tl->lock);
	leave(tl, now);
	tl->total_us = now - tl->begin_us;
	pthread_mutex_unlock(&tl->lock);
}

void timeline_look(struct timeline *tl, struct timeline *seen_r)
{
	int64_t now = clock_us();

	*seen_r = (struct timeline){
		.begin_us = tl->begin_us, .wall_us = tl->wall_us, .total_us = now - tl->begin_us};
	pthread_mutex_lock(&tl->lock);
	memcpy(seen_r->step, tl->step, sizeof(tl->step));
	seen_r->count = tl->count;
	if (tl->current < tl->count) {
		struct timeline_step *running = &seen_r->step[tl->current];
		running->duration_us += now - tl->entered_us;
		running->outcome = STEP_FAILED;
	}
	pthread_mutex_unlock(&tl->lock);
}

/* A step that is held is not the one that is meant. */
static void begin_earlier(struct timeline *tl, int64_t since_us, int64_t entered_us)
{
	if (tl->held || tl->current >= tl->count)
		return;
	struct timeline_step *s = &tl->step[tl->current];
	pthread_mutex_lock(&tl->lock);
	tl->entered_us = entered_us;
	if (since_us - tl->begin_us < s->start_us)
		s->start_us = since_us - tl->begin_us;
	pthread_mutex_unlock(&tl->lock);
}

void timeline_backdate(struct timeline *tl, int64_t since_us)
{
	if (since_us < tl->entered_us)
		begin_earlier(tl, since_us, since_us);
}

void timeline_took(struct timeline *tl, int64_t since_us, int64_t took_us)
{
	begin_earlier(tl, since_us, clock_us() - took_us);
}

const struct timeline_step *timeline_find(const struct timeline *tl, const char *name)
{
	for (size_t i = 0; i < tl->count; i++)
		if (!strcmp(tl->step[i].name, name))
			return &tl->step[i];
	return NULL;
}

/* sides.c - front ends and back ends, held against each other */
#include "judge/sides.h"

#include <string.h>

/* The results of one mailbox. */
struct pair {
	const struct result *begin, *end;
};

static struct pair pair_of(const struct result *results, size_t count, const struct result *of)
{
	struct pair p = {of, of + 1};

	while (p.begin > results && p.begin[-1].pair == of->pair)
		p.begin--;
	while (p.end < results + count && p.end->pair == of->pair)
		p.end++;
	return p;
}

/* ---- which of both fails ---- */

struct tally {
	size_t all, failed, unknown;
};

/* The server's fault, for all that is known. */
static bool has_failed(const struct result *r)
{
	return r->err.kind != ERR_NONE && !result_failed_on_smtp(r) &&
	       state_of_error(r->err.kind) != STATE_UNKNOWN;
}

static struct tally tally(const struct pair *p, enum side side)
{
	struct tally t = {0};

	for (const struct result *r = p->begin; r < p->end; r++) {
		if (r->side != side || r->skipped)
			continue;
		t.all++;
		t.failed += has_failed(r);
		t.unknown += state_of_error(r->err.kind) == STATE_UNKNOWN;
	}
	return t;
}

void sides_tell(const struct result *results, size_t count, const struct result *of,
		struct buf *out)
{
	if (of->side == SIDE_NONE)
		return;
	const struct pair p = pair_of(results, count, of);
	const struct tally front = tally(&p, SIDE_FRONT), back = tally(&p, SIDE_BACK);
	bool front_answers = front.all && !front.failed && !front.unknown;
	const char *answers = front_answers ? "the front end answers, " : "";

	if (!front.failed && !back.failed)
		return;
	if (back.all && back.failed == back.all)
		buf_printf(out, "%s%s", answers,
			   back.all == 1 ? "the back end itself fails"
					 : "the back ends themselves fail");
	else if (back.failed)
		buf_printf(out, "%s%zu of %zu back ends fail", answers, back.failed, back.all);
	else if (back.unknown || !back.all)
		buf_append_str(out, "the back end could not be tested");
	else
		buf_printf(out, "the back end%s: look at the front end/proxy",
			   back.all == 1 ? " answers" : "s answer");
}

void sides_judge(struct result *results, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct result *r = &results[i];
		if (r->side != SIDE_FRONT || r->err.kind != ERR_AUTH || result_failed_on_smtp(r))
			continue;
		const struct pair p = pair_of(results, count, r);
		struct tally back = tally(&p, SIDE_BACK);
		if (back.all > back.failed + back.unknown)
			r->err.hint[0] = '\0';
	}
}

/* ---- what the way through the front end costs ---- */

/* What is done behind a failure is no more than a goodbye. */
static bool is_done(const struct result *r, const struct timeline_step *s)
{
	const struct timeline_step *failed = timeline_find(&r->timeline, r->err.step);

	return s->outcome == STEP_OK && (!failed || s->start_us <= failed->start_us);
}

static const struct timeline_step *done_step(const struct result *r, const char *name)
{
	const struct timeline_step *s = timeline_find(&r->timeline, name);

	return s && is_done(r, s) ? s : NULL;
}

static size_t steps_done(const struct result *r)
{
	size_t done = 0;

	for (size_t i = 0; i < r->timeline.count; i++)
		done += is_done(r, &r->timeline.step[i]);
	return done;
}

static bool is_better(const struct result *a, const struct result *b)
{
	size_t x = steps_done(a), y = steps_done(b);

	if (a->err.kind != b->err.kind && (!a->err.kind || !b->err.kind))
		return !a->err.kind;
	return x != y ? x > y : a->timeline.total_us < b->timeline.total_us;
}

const struct result *sides_behind(const struct result *results, size_t count,
				  const struct result *front)
{
	const struct result *best = NULL;

	if (front->side != SIDE_FRONT || front->skipped)
		return NULL;
	const struct pair p = pair_of(results, count, front);
	for (const struct result *r = p.begin; r < p.end; r++)
		if (r->side == SIDE_BACK && !r->skipped && (!best || is_better(r, best)))
			best = r;
	return best;
}

bool sides_step_delay(const struct result *front, const struct result *back, const char *name,
		      int64_t *us_r)
{
	const struct timeline_step *f = done_step(front, name), *b = done_step(back, name);

	if (!f || !b || !strncmp(name, "smtp_", strlen("smtp_")))
		return false;
	*us_r = f->duration_us - b->duration_us;
	return true;
}

/* When the last of the steps that both have done was done, in r. */
static int64_t end_of_both(const struct result *r, const struct result *other)
{
	int64_t end = 0;

	for (size_t i = 0; i < r->timeline.count; i++) {
		const struct timeline_step *s = &r->timeline.step[i];
		if (is_done(r, s) && done_step(other, s->name) &&
		    s->start_us + s->duration_us > end)
			end = s->start_us + s->duration_us;
	}
	return end;
}

bool sides_delay(const struct result *front, const struct result *back, int64_t *us_r)
{
	if (front->err.kind == ERR_NONE && back->err.kind == ERR_NONE) {
		*us_r = front->timeline.total_us - back->timeline.total_us;
		return true;
	}
	int64_t f = end_of_both(front, back), b = end_of_both(back, front);
	*us_r = f - b;
	return f && b;
}

void sides_measure(struct result *results, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct result *r = &results[i];
		const struct result *back = sides_behind(results, count, r);
		r->has_delay = back && sides_delay(r, back, &r->delay_us);
	}
}

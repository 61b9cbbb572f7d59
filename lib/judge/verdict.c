/* verdict.c - from what happened to a state. The alert tells what raised the state, and nothing of
 * a lower level. */
#include "judge/verdict.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/decimal.h"

struct judgement {
	enum state level; /* looked for in this round */
	struct result *r;
};

/* Raise the state to level and append `WHAT` to the alert, as a whole or not at all; id is that of
 * the fault. */
static void alert(struct judgement *j, const char *id, const char *what)
{
	size_t len = strlen(j->r->alert);
	size_t room = sizeof(j->r->alert) - len;

	j->r->state = state_worst(j->r->state, j->level);
	if (!j->r->alert_id)
		j->r->alert_id = id;
	if (strlen(what) + 2 < room)
		snprintf(j->r->alert + len, room, "%s%s", len ? ", " : "", what);
}

static void judge_time(struct judgement *j, const struct thresholds *t, const char *name,
		       int64_t us)
{
	const struct range *range = thresholds_find(t, name);
	double seconds = (double)us / (double)US_PER_S;
	char text[DECIMAL_SIZE];
	struct buf what = BUF_INIT(RESULT_TEXT_SIZE);

	if (!range || !range_alerts(range, seconds))
		return;
	seconds_format(seconds, text);
	buf_printf(&what, "%s %s (%s ", name, text, state_word(j->level));
	range_format(range, &what);
	buf_append_char(&what, ')');
	alert(j, "threshold-time", buf_str(&what));
	buf_free(&what);
}

static void judge_times(struct judgement *j, const struct verdict_rules *rules)
{
	const struct thresholds *t =
		j->level == STATE_CRITICAL ? &rules->critical : &rules->warning;
	const struct timeline *tl = &j->r->timeline;

	for (size_t i = 0; i < tl->count; i++)
		judge_time(j, t, tl->step[i].name, tl->step[i].duration_us);
	judge_time(j, t, "total", tl->total_us);
}

static bool alerts(const struct thresholds *t, const char *name, int64_t us)
{
	const struct range *range = thresholds_find(t, name);

	return range && range_alerts(range, (double)us / (double)US_PER_S);
}

enum state verdict_time(const struct verdict_rules *rules, const char *name, int64_t us)
{
	if (alerts(&rules->critical, name, us))
		return STATE_CRITICAL;
	return alerts(&rules->warning, name, us) ? STATE_WARNING : STATE_OK;
}

static void judge_certificate(struct judgement *j, const struct verdict_rules *rules,
			      const struct leaf *leaf, const char *whose)
{
	const struct expiry_limit *limit =
		j->level == STATE_CRITICAL ? &rules->cert_critical : &rules->cert_warning;
	char expiry[EXPIRY_TEXT_SIZE], below[EXPIRY_TEXT_SIZE], what[3 * EXPIRY_TEXT_SIZE];

	if (!limit->is_given || !expiry_is_near(limit, leaf, time(NULL)))
		return;
	expiry_format(leaf, expiry);
	expiry_limit_format(limit, leaf, below);
	snprintf(what, sizeof(what), "%scertificate %s (%s below %s)", whose, expiry,
		 state_word(j->level), below);
	alert(j, "threshold-certificate", what);
}

static void judge_level(struct result *r, const struct verdict_rules *rules, enum state level)
{
	struct judgement j = {.level = level, .r = r};

	if (r->tls.established)
		judge_certificate(&j, rules, &r->tls.leaf, "");
	if (r->smtp_tls.established)
		judge_certificate(&j, rules, &r->smtp_tls.leaf, "SMTP ");
	judge_times(&j, rules);
}

/* What the error comes to: -t N:STATE speaks of the run's limit alone. */
static enum state judge_error(const struct result *r, const struct verdict_rules *rules)
{
	enum err_kind kind = r->err.kind;

	if (rules->has_timeout_state && (kind == ERR_RUN_TIMEOUT || kind == ERR_UNTESTED))
		return rules->timeout_state;
	if (kind == ERR_MISPLACED && rules->misplaced_warns)
		return STATE_WARNING;
	/* also where it was the time that kept it from being tested */
	if (r->connector && r->status == STATUS_EXTERNAL)
		return STATE_UNKNOWN;
	return state_of_error(kind);
}

void verdict_judge(struct result *r, const struct verdict_rules *rules)
{
	r->alert[0] = '\0';
	r->alert_id = NULL;
	r->status = connector_status_of(&r->err, &r->timeline);
	r->state = judge_error(r, rules);
	if (r->skipped)
		return;
	r->state = state_worst(r->state, r->note_state);
	judge_level(r, rules, STATE_CRITICAL);
	if (!r->alert[0])
		judge_level(r, rules, STATE_WARNING);
}

enum state verdict_worst(const struct result *results, size_t count)
{
	enum state worst = STATE_OK;

	for (size_t i = 0; i < count; i++)
		worst = state_worst(worst, results[i].state);
	return worst;
}

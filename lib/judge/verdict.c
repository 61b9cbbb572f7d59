/* verdict.c - from what happened to a state. The alert tells what raised the state, and nothing of
 * a lower level. */
#include "judge/verdict.h"

#include <math.h>
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

/* "delivery 31.2 s (critical 30)" */
static void alert_range(struct judgement *j, const char *id, const char *name, const char *value,
			const struct range *range)
{
	struct buf what = BUF_INIT(RESULT_TEXT_SIZE);

	buf_printf(&what, "%s %s (%s ", name, value, state_word(j->level));
	range_format(range, &what);
	buf_append_char(&what, ')');
	alert(j, id, buf_str(&what));
	buf_free(&what);
}

static void judge_time(struct judgement *j, const struct thresholds *t, const char *name,
		       int64_t us)
{
	const struct range *range = thresholds_find(t, name);
	double seconds = (double)us / (double)US_PER_S;
	char text[DECIMAL_SIZE];

	if (!range || !range_alerts(range, seconds))
		return;
	seconds_format(seconds, text);
	alert_range(j, "threshold-time", name, text, range);
}

static void judge_times(struct judgement *j, const struct thresholds *t)
{
	const struct timeline *tl = &j->r->timeline;

	for (size_t i = 0; i < tl->count; i++)
		judge_time(j, t, tl->step[i].name, tl->step[i].duration_us);
	judge_time(j, t, "total", tl->total_us);
	/* a front end that happens to be faster costs nothing */
	if (j->r->has_delay)
		judge_time(j, t, "proxy", j->r->delay_us > 0 ? j->r->delay_us : 0);
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

/* "below 7" of what must stay above a number, as -D puts it, else the range itself */
static void put_days(const struct range *r, struct buf *out)
{
	char start[DECIMAL_SIZE];

	if (r->inside || isfinite(r->end) || !isfinite(r->start)) {
		range_format(r, out);
		return;
	}
	decimal_format_shortest(r->start, start);
	buf_printf(out, "below %s", start);
}

/* "certificate expires in 5 days (warning LIMIT)" */
static void alert_expiry(struct judgement *j, const struct leaf *leaf, const char *whose,
			 const char *limit)
{
	char expiry[EXPIRY_TEXT_SIZE];
	struct buf what = BUF_INIT(RESULT_TEXT_SIZE);

	expiry_format(leaf, expiry);
	buf_printf(&what, "%scertificate %s (%s %s)", whose, expiry, state_word(j->level), limit);
	alert(j, "threshold-certificate", buf_str(&what));
	buf_free(&what);
}

static void judge_days(struct judgement *j, const struct thresholds *t, const char *name,
		       const struct leaf *leaf, const char *whose)
{
	const struct range *range = thresholds_find(t, name);
	struct buf limit = BUF_INIT(RESULT_TEXT_SIZE);

	if (!range)
		return;
	put_days(range, &limit);
	if (!leaf->expires || range_alerts(range, tls_days_left(leaf->expires, time(NULL))))
		alert_expiry(j, leaf, whose, buf_str(&limit));
	buf_free(&limit);
}

static void judge_certificate(struct judgement *j, const struct verdict_rules *rules,
			      const struct tls_info *tls, const char *name, const char *whose)
{
	bool critical = j->level == STATE_CRITICAL;
	const struct expiry_limit *limit = critical ? &rules->cert_critical : &rules->cert_warning;
	char days[EXPIRY_TEXT_SIZE], below[EXPIRY_TEXT_SIZE + sizeof("below ")];

	if (!tls->established)
		return;
	if (limit->is_given && expiry_is_near(limit, &tls->leaf, time(NULL))) {
		expiry_limit_format(limit, &tls->leaf, days);
		snprintf(below, sizeof(below), "below %s", days);
		alert_expiry(j, &tls->leaf, whose, below);
		return;
	}
	judge_days(j, critical ? &rules->critical : &rules->warning, name, &tls->leaf, whose);
}

static void judge_measures(struct judgement *j, const struct thresholds *t)
{
	for (size_t i = 0; i < j->r->measures; i++) {
		const struct measure *m = &j->r->measure[i];
		const struct range *range = thresholds_find(t, m->name);
		char value[DECIMAL_SIZE], text[DECIMAL_SIZE + 8];

		if (!range || !range_alerts(range, m->value))
			continue;
		decimal_format_shortest(m->value, value);
		snprintf(text, sizeof(text), "%s%s%s", value, *m->uom ? " " : "", m->uom);
		alert_range(j, "threshold-maildrop", m->name, text, range);
	}
}

static void judge_level(struct result *r, const struct verdict_rules *rules, enum state level)
{
	const struct thresholds *t = level == STATE_CRITICAL ? &rules->critical : &rules->warning;
	struct judgement j = {.level = level, .r = r};

	judge_certificate(&j, rules, &r->tls, "cert_days", "");
	judge_certificate(&j, rules, &r->smtp_tls, "smtp_cert_days", "SMTP ");
	judge_times(&j, t);
	judge_measures(&j, t);
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

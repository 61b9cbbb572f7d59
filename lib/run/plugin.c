/* plugin.c - what the plugins' mains have in common: options, the run under one deadline, the
 * report.
 *
 * A worker writes only its own result; it is read here after the pool has said that the worker is
 * done with it. Of a worker that is not done, only what was set before it began is read, and what
 * timeline.h has for the thread that watches. */
#include "config.h"

#include "run/plugin.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/descriptors.h"
#include "base/interrupt.h"
#include "base/pool.h"
#include "base/secret.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "judge/sides.h"
#include "mail/sasl/sasl.h"
#include "run/answer.h"
#include "run/process.h"
#include "run/progress.h"

enum {
	LINE_BYTES = 250, /* of the first line, without performance data */
	ERROR_MAX = 16 << 10,
	FILES_EACH = 2, /* of a worker: the connection, and what a resolver opens */
};

static void clean(char *dst, size_t size, const char *src)
{
	text_clean(dst, size, src, strlen(src));
	for (char *c = dst; (c = strchr(c, ';')) != NULL;)
		*c = ','; /* Nagios makes ':' of it */
}

/* The hint stays with the text if all is short enough; else it has a line of its own. */
static void put_error(const struct plugin *p, const struct err *err, struct buf *out)
{
	char text[sizeof(err->text)], hint[sizeof(err->hint)];

	clean(text, sizeof(text), err->text);
	clean(hint, sizeof(hint), err->hint);
	buf_printf(out, "%s %s - ", p->service, state_name(state_of_error(err->kind)));
	text_cut_middle(text, LINE_BYTES - out->len + 1, text);
	struct hint_marks marks = report_hint_marks(text, strlen(text));
	buf_append_str(out, text);
	size_t more = strlen(marks.before) + strlen(hint) + strlen(marks.behind);
	if (*hint && out->len + more > LINE_BYTES)
		marks = (struct hint_marks){"\n", ""};
	buf_printf(out, "%s%s%s\n", *hint ? marks.before : "", hint, *hint ? marks.behind : "");
}

/* What the process ends with: of a container that a WARNING is no reason to replace. */
static int exit_code(const struct settings *s, enum state state)
{
	if (s->exit_codes == EXIT_CODES_HEALTH)
		return state == STATE_CRITICAL || state == STATE_UNKNOWN;
	return (int)state;
}

int plugin_error(const struct plugin *p, const struct err *err)
{
	return plugin_refuse(p, NULL, err);
}

int plugin_refuse(const struct plugin *p, const struct settings *s, const struct err *err)
{
	enum state state = state_of_error(err->kind);
	struct buf out = BUF_INIT(ERROR_MAX);

	put_error(p, err, &out);
	if (s)
		answer_event(p, s, err, &out);
	if (p->prints_data)
		interrupt_write(STDERR_FILENO, buf_str(&out), out.len, clock_us());
	else
		state = answer_put(p, &out, state, NULL);
	buf_free(&out);
	return s ? exit_code(s, state) : (int)state;
}

int plugin_options(const struct plugin *p, int argc, char **argv, struct options *o, void *settings)
{
	struct buf out = BUF_INIT(PROCESS_HELP_MAX);
	struct err err = {0};

	switch (process_options(p->options, &p->help, argc, argv, o, settings, &out, &err)) {
	case OPTIONS_OK:
		settings_note_file(settings, o->secret_file);
		return -1;
	case OPTIONS_ERROR:
		return exit_code(settings, (enum state)plugin_error(p, &err));
	default:
		break;
	}
	enum state state = answer_put(p, &out, STATE_UNKNOWN, NULL);
	buf_free(&out);
	return exit_code(settings, state);
}

void plugin_place(const struct endpoint *e, const char *one_address, char place[RESULT_PLACE_SIZE])
{
	const char *colon = e->has_twin ? ":" : "",
		   *type = e->has_twin ? tls_mode_name(e->mode) : "";
	char label[ENDPOINT_LABEL_SIZE];

	endpoint_label(e, label);
	if (*one_address && !endpoint_host_is_address(e->host))
		snprintf(place, RESULT_PLACE_SIZE, "%s %s%s%s", e->host, one_address, colon, type);
	else
		snprintf(place, RESULT_PLACE_SIZE, "%s%s%s", label, colon, type);
}

bool plugin_has_work(const struct result *results, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!results[i].skipped)
			return true;
	return false;
}

void plugin_result_init(const struct settings *s, const struct endpoint *e, const char *scenario,
			struct result *r)
{
	r->endpoint = *e;
	r->scenario = scenario;
	r->trust_any = s->trust_any;
	r->protocol = s->rules.protocol;
	r->sni = s->sni;
	r->ca_file = s->ca_file;
	if (s->verbosity >= 2 || s->format->shows_chain)
		r->seen = xcalloc(1, sizeof(*r->seen));
	if (s->verbosity >= 3 || s->format->shows_dialog)
		r->transcript = BUF_INIT(CONN_TRANSCRIPT_MAX);
}

/* What is to be said of that which the client logs on with. */
static void note_client(const struct settings *s, const struct credentials *who, struct result *r)
{
	const struct logon_settings *l = &s->logon;
	time_t now = time(NULL), expires = 0;

	const char *remark = logon_settings_remark(s, who->token);

	if (remark)
		result_note(r, STATE_OK, "%s", remark);
	if (credentials_have(who->token))
		expires = (time_t)sasl_token_expires(who->token->value);
	if (expires)
		result_add_measure(r, "token_expires", expires > now ? difftime(expires, now) : 0,
				   "s");
	if (l->certificate.count)
		result_add_measure(r, "client_cert_days",
				   tls_days_left(l->certificate.expires, now), "");
	if (l->certificate.count && !l->certificate.for_clients)
		result_note(r, STATE_OK, "--client-cert is not for clients, by its purposes");
}

void plugin_begin(const struct settings *s, const struct credentials *who, struct result *r,
		  int64_t deadline_us)
{
	int64_t tenth = (deadline_us - clock_us()) / 10;

	timeline_begin(&r->timeline, &r->err, s->limit.us, deadline_us,
		       tenth < CONN_GOODBYE_US ? tenth : CONN_GOODBYE_US);
	note_client(s, who, r);
}

void plugin_note_conn(struct result *r, const struct conn *c)
{
	r->tls = c->tls.info;
	result_note_renewal(r, &r->tls, "");
	if (c->address[0])
		snprintf(r->address, sizeof(r->address), "%s", c->address);
	snprintf(r->local, sizeof(r->local), "%s", c->local);
	snprintf(r->tried, sizeof(r->tried), "%s", c->tried);
}

/* ---- the run ---- */

struct run {
	struct result *results;
	size_t count;
	plugin_test_fn *test;
	const void *settings;
	bool lanes; /* of which some may be full */
	const struct limit *limit;
	int64_t deadline_us;  /* of the workers */
	atomic_size_t failed; /* of the finished ones */
};

/* It had to wait for others until the time was over: nothing is known of it. */
static void set_not_begun(const struct run *run, struct result *r)
{
	if (interrupt_name()) {
		interrupt_set_err(&r->err, "", limit_begun_us(run->limit));
		err_prefix(&r->err, "not begun, ");
	} else {
		err_set(&r->err, ERR_RUN_TIMEOUT, "not begun within %g s (--timeout)",
			limit_s(run->limit));
		err_hint(&r->err, run->lanes ? "see --per-server, --parallel" : "see --parallel");
	}
	r->timeline.total_us = clock_us() - limit_begun_us(run->limit);
}

static void test_one(void *ctx, size_t i)
{
	struct run *run = ctx;

	struct result *r = &run->results[i];
	bool is_known = r->err.kind != ERR_NONE; /* its name could not be looked up */

	if (r->skipped)
		return;
	if (!is_known && clock_us() < run->deadline_us)
		run->test(run->settings, i, r, run->deadline_us);
	else if (!is_known)
		set_not_begun(run, r);
	if (r->err.kind != ERR_NONE)
		atomic_fetch_add(&run->failed, 1);
}

/* What is being waited for. */
static void show_progress(void *ctx, size_t finished)
{
	struct run *run = ctx;
	double seconds = (double)(clock_us() - limit_begun_us(run->limit)) / (double)US_PER_S;
	const char *name = atomic_load(&run->results[0].timeline.running);
	char text[RESULT_LABEL_SIZE + 2 * STEP_NAME_SIZE] = "";

	if (finished != SIZE_MAX && run->count == 1)
		snprintf(text, sizeof(text), "%s %s, %.0f s", run->results[0].label,
			 name ? name : "", seconds);
	else if (finished != SIZE_MAX)
		snprintf(text, sizeof(text), "%zu/%zu end points, %zu failed, %.0f s", finished,
			 run->count, atomic_load(&run->failed), seconds);
	progress_show(text);
}

/* What it was waiting for in that step. */
static void set_stuck(const struct run *run, struct result *r, const struct result *stuck,
		      const char *step_name)
{
	bool on_smtp = r->smtp_endpoint.host[0] && !strncmp(step_name, "smtp_", strlen("smtp_"));
	const struct endpoint *e = on_smtp ? &r->smtp_endpoint : &r->endpoint;
	char where[STEP_NAME_SIZE + 4];

	if (on_smtp)
		endpoint_label(e, r->err.where);
	if (interrupt_name()) {
		snprintf(where, sizeof(where), "in %s", step_name);
		interrupt_set_err(&r->err, where, limit_begun_us(run->limit));
		return;
	}
	if (atomic_load(&stuck->timeline.resolving))
		resolve_silent(e->host, ERR_UNTESTED, &r->err);
	else
		err_set(&r->err, ERR_RUN_TIMEOUT, "timed out after %g s (--timeout)",
			limit_s(run->limit));
	snprintf(r->err.step, sizeof(r->err.step), "%s", step_name);
}

/* What can be said of a target whose worker has not come back. */
static void set_unfinished(const struct run *run, struct result *r, struct result *stuck)
{
	const char *name = atomic_load(&stuck->timeline.running);

	*r = (struct result){
		.endpoint = stuck->endpoint,
		.side = stuck->side,
		.pair = stuck->pair,
		.remark = stuck->remark,
		.smtp_endpoint = stuck->smtp_endpoint,
		.account = stuck->account,
		.section = stuck->section,
		.scenario = stuck->scenario,
		.trust_any = stuck->trust_any,
		.protocol = stuck->protocol,
		.sni = stuck->sni,
		.smtp_sni = stuck->smtp_sni,
		.ca_file = stuck->ca_file,
		.connector = stuck->connector,
		.server = stuck->server,
		.binding = stuck->binding,
	};
	memcpy(r->label, stuck->label, sizeof(r->label));
	memcpy(r->one_address, stuck->one_address, sizeof(r->one_address));
	if (name) {
		timeline_look(&stuck->timeline, &r->timeline);
		set_stuck(run, r, stuck, name);
	} else {
		set_not_begun(run, r);
	}
}

static enum state conclude(const struct plugin *p, const struct settings *s, struct result *results,
			   size_t count)
{
	if (s->discovery.remark.text[0] && count)
		result_note_remark(&results[0], &s->discovery.remark);
	sides_measure(results, count);
	for (size_t i = 0; i < count; i++) {
		if (results[i].remark)
			result_note_remark(&results[i], results[i].remark);
		verdict_judge(&results[i], &s->rules);
	}
	sides_judge(results, count);
	return answer_report(p, s, results, count);
}

/* Some workers have not come back, and may still write: copies of the results that are finished,
 * and what can be said of the others. */
static struct result *take_results(const struct run *run, const bool *finished)
{
	struct result *taken = xcalloc(run->count, sizeof(*taken));

	for (size_t i = 0; i < run->count; i++)
		if (finished[i])
			taken[i] = run->results[i];
		else
			set_unfinished(run, &taken[i], &run->results[i]);
	return taken;
}

int plugin_run(const struct plugin *p, const struct settings *s, struct result *results,
	       size_t count, const struct pool_lanes *lanes, plugin_test_fn *test,
	       const void *settings)
{
	/* workers end a little earlier, to say themselves what they were waiting for */
	int64_t margin = s->limit.us / 10 < US_PER_S / 2 ? s->limit.us / 10 : US_PER_S / 2;
	struct run run = {.results = results,
			  .count = count,
			  .test = test,
			  .settings = settings,
			  .lanes = lanes && lanes->count,
			  .limit = &s->limit,
			  .deadline_us = s->limit.until_us - margin};
	struct pool pool = {.count = count,
			    .parallel = descriptors_afford(
				    s->parallel < count ? s->parallel : count, FILES_EACH),
			    .deadline_us = s->limit.until_us,
			    .work = test_one,
			    .progress = progress_can_be_seen() ? show_progress : NULL,
			    .lanes = lanes ? *lanes : (struct pool_lanes){0},
			    .ctx = &run};
	bool *finished = xcalloc(count, sizeof(*finished));
	struct err err = {0};

	secret_forget_environment();
	int rc = pool_run(&pool, finished);
	if (rc < 0)
		err_set(&err, ERR_LOCAL, "the test cannot be started: %s", text_errno(errno));
	struct result *taken = rc > 0 ? take_results(&run, finished) : NULL;
	free(finished);
	if (rc < 0)
		return plugin_refuse(p, s, &err);
	if (!taken)
		return exit_code(s, conclude(p, s, results, count));
	enum state state = conclude(p, s, taken, count);
	free(taken);
	_exit(exit_code(s, state)); /* workers are stuck: nothing may be torn down under them */
}

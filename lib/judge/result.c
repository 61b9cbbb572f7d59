/* result.c - what one target's test came to */
#include "judge/result.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "net/net_hint.h"

enum { PLANNED_MAX = 64 << 10 };

bool result_unverified(const struct result *r)
{
	return r->trust_any && (r->tls.established || r->smtp_tls.established);
}

bool result_failed_on_smtp(const struct result *r)
{
	return r->smtp_endpoint.host[0] && !strncmp(r->err.step, "smtp_", strlen("smtp_"));
}

bool result_is_throttled(const struct result *r)
{
	return !r->skipped && r->err.kind == ERR_THROTTLED;
}

void result_note(struct result *r, enum state state, const char *fmt, ...)
{
	char was[sizeof(r->note)], now[sizeof(r->note)];
	bool first = state != STATE_OK && r->note_state == STATE_OK;
	va_list ap;

	memcpy(was, r->note, sizeof(was));
	va_start(ap, fmt);
	vsnprintf(now, sizeof(now), fmt, ap);
	va_end(ap);
	snprintf(r->note, sizeof(r->note), "%s%s%s", first ? now : was, *was ? ", " : "",
		 first ? was : now);
	r->note_state = state_worst(r->note_state, state);
}

void result_note_fault(struct result *r, const char *id)
{
	if (!r->note_id)
		r->note_id = id;
}

void result_note_logon(struct result *r, const struct logon_memory *logon, const char *leg)
{
	if (*leg)
		r->smtp_mechanism = logon_name(logon);
	else
		r->mechanism = logon_name(logon);
	if (!logon->not_bound)
		return;
	result_note(r, STATE_WARNING, "%s%s was refused, it works unbound: somebody in between?",
		    leg, logon->not_bound->name);
	result_note_fault(r, "logon-unbound");
}

const char *result_fault(const struct result *r)
{
	if (r->err.kind != ERR_NONE)
		return err_id(&r->err);
	if (r->alert_id)
		return r->alert_id;
	return r->note_state != STATE_OK && r->note_id ? r->note_id : "";
}

void remark_set(struct remark *remark, enum state state, const char *fault, const char *fmt, ...)
{
	va_list ap;

	remark->state = state;
	remark->fault = fault;
	va_start(ap, fmt);
	vsnprintf(remark->text, sizeof(remark->text), fmt, ap);
	va_end(ap);
}

void result_note_remark(struct result *r, const struct remark *remark)
{
	result_note(r, remark->state, "%s", remark->text);
	if (remark->fault)
		result_note_fault(r, remark->fault);
}

void result_note_renewal(struct result *r, const struct tls_info *tls, const char *whose)
{
	static const struct {
		enum state state;
		const char *words;
	} notes[] = {
		[RENEWAL_UNKNOWN] = {STATE_OK, NULL},
		[RENEWAL_SERVED] = {STATE_OK, NULL},
		[RENEWAL_NOT_LOADED] = {STATE_WARNING, "renewed, but the server was not reloaded"},
		[RENEWAL_NOT_YET] = {STATE_OK, "renewed, but the new one is not valid yet"},
		[RENEWAL_OUTRUN] = {STATE_WARNING, "is newer than that of --certificate-file"},
		[RENEWAL_ANOTHER] = {STATE_WARNING, "is not that of --certificate-file"},
	};

	bool is_hint = tls->renewal == RENEWAL_NOT_LOADED && !tls->verified && r->err.id &&
		       r->err.id == net_hints[CERT_NOT_LOADED].id;

	if (!notes[tls->renewal].words || is_hint)
		return;
	result_note(r, notes[tls->renewal].state, "%scertificate %s", whose,
		    notes[tls->renewal].words);
	if (notes[tls->renewal].state != STATE_OK)
		result_note_fault(r, "certificate-not-loaded");
}

void result_vplan(struct result *r, const char *step, const char *fmt, va_list ap)
{
	struct buf what = BUF_INIT(PLANNED_MAX);

	r->planned = xmake_room(r->planned, r->planned_count, sizeof(*r->planned));
	struct planned_step *s = &r->planned[r->planned_count++];
	snprintf(s->name, sizeof(s->name), "%s", step);
	buf_vprintf(&what, fmt, ap);
	s->what = xstrdup(buf_str(&what));
	buf_free(&what);
}

void result_plan(struct result *r, const char *step, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	result_vplan(r, step, fmt, ap);
	va_end(ap);
}

void result_add_measure(struct result *r, const char *name, double value, const char *uom)
{
	if (r->measures < RESULT_MEASURES)
		r->measure[r->measures++] = (struct measure){name, value, uom};
}

void result_free(struct result *r)
{
	buf_free(&r->transcript);
	buf_free(&r->details);
	for (size_t i = 0; i < r->planned_count; i++)
		free(r->planned[i].what);
	free(r->planned);
	r->planned = NULL;
	r->planned_count = 0;
	free(r->seen);
	free(r->smtp_seen);
}

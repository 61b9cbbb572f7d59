/* results.h - results made by hand, for the tests of verdicts and reports */
#ifndef MAILFLOW_RESULTS_H
#define MAILFLOW_RESULTS_H

#include <stdio.h>
#include <string.h>

#include "monitor/report.h"

/* A step of ms milliseconds that begins where the one before ended; grows the total. */
static inline void result_step_us(struct result *r, const char *name, int64_t us)
{
	struct timeline *tl = &r->timeline;
	struct timeline_step *s = &tl->step[tl->count++];

	snprintf(s->name, sizeof(s->name), "%s", name);
	s->start_us = tl->total_us;
	s->duration_us = us;
	tl->total_us += us;
}

static inline void result_step(struct result *r, const char *name, int ms)
{
	result_step_us(r, name, INT64_C(1000) * ms);
}

static inline void result_init(struct result *r, const char *label, const char *done)
{
	*r = (struct result){.scenario = "Test IMAP4 connectivity"};
	snprintf(r->label, sizeof(r->label), "%s", label);
	snprintf(r->done, sizeof(r->done), "%s", done);
	r->endpoint.mode = TLS_MODE_IMPLICIT;
	r->transcript = BUF_INIT(262144);
}

/* A whole check of 214 ms. */
static inline void result_ok(struct result *r, const char *label)
{
	result_init(r, label, "delivered and read");
	result_step(r, "imap_login", 31);
	result_step(r, "smtp_send", 33);
	result_step(r, "delivery", 150);
}

/* The last step failed with the server's words. */
static inline void result_fail(struct result *r, enum err_kind kind, const char *words,
			       const char *hint)
{
	struct timeline_step *s = &r->timeline.step[r->timeline.count - 1];

	err_set_server(&r->err, kind, "", words, strlen(words));
	if (*hint)
		err_hint(&r->err, "%s", hint);
	s->outcome = STEP_FAILED;
	snprintf(r->err.step, sizeof(r->err.step), "%s", s->name);
}

static inline void result_tls(struct result *r, int days)
{
	r->tls =
		(struct tls_info){.established = true,
				  .verified = true,
				  .description = "TLS1.3 ECDHE-SECP256R1 AES-256-GCM",
				  .subject = "CN=mail.example.org",
				  .expires = time(NULL) + days * 86400 + (days < 0 ? -3600 : 3600)};
}

#endif

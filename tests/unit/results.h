/* results.h - results made by hand, for the tests of verdicts and reports */
#ifndef MAILFLOW_RESULTS_H
#define MAILFLOW_RESULTS_H

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "report/report.h"

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
	struct err err = {0};
	endpoint_parse(label, &r->endpoint, &err); /* it need not be one */
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
	r->tls = (struct tls_info){.established = true,
				   .verified = true,
				   .description = "TLS1.3 ECDHE-SECP256R1 AES-256-GCM",
				   .leaf.subject = "CN=mail.example.org",
				   .leaf.expires =
					   time(NULL) + days * 86400 + (days < 0 ? -3600 : 3600)};
}

/* A failure whose every text is the i-th of those that a server could do harm with, which is
 * returned; NULL when there is none. */
static inline const char *result_hostile(struct result *r, size_t i)
{
	static const char *const texts[] = {
		"NO \033[2J\033[31mred\033[0m \007\b\b",
		"NO a | total=0s;;;0",
		"NO <script>alert(1)</script>; x",
		"NO \xc2\x9b"
		"31m c1 \x9b raw",
		"NO line\r\nIMAP OK - fine\nmail.example.org:993 probe Success\n",
		"NO \xff\xfe\xc0\xaf\xed\xa0\x80",
		"NO   many    blanks",
		"NO \xe2\x80\xae"
		"reversed",
		"",
	};
	if (i >= sizeof(texts) / sizeof(texts[0]))
		return NULL;
	const char *text = texts[i];
	result_ok(r, "mail.example.org:993");
	result_fail(r, ERR_AUTH, text, text);
	result_tls(r, 3);
	snprintf(r->note, sizeof(r->note), "%s", text);
	snprintf(r->tried, sizeof(r->tried), "%s", text);
	snprintf(r->tls.leaf.subject, sizeof(r->tls.leaf.subject), "CN=%s", text);
	buf_printf(&r->transcript, "%s\n%s", text, text);
	return text;
}

/* Nothing in the text of a report can command a terminal, or a reader's eye. */
static inline void ck_assert_shown(const char *text)
{
	for (const char *c = text; *c; c++)
		ck_assert_msg(*c == '\n' || ((unsigned char)*c >= ' ' && *c != 0x7f), "byte %d",
			      (unsigned char)*c);
	ck_assert_ptr_null(strstr(text, "\xc2\x9b"));
	ck_assert_ptr_null(strstr(text, "\xe2\x80\xae"));
}

/* Nor a browser. */
static inline void ck_assert_clean(const char *text)
{
	ck_assert_shown(text);
	ck_assert_ptr_null(strpbrk(text, "<>"));
}

/* Rules without thresholds. */
static inline struct verdict_rules no_thresholds(const char *protocol)
{
	return (struct verdict_rules){.protocol = protocol};
}

/* Judge the results by the report's rules, and have it written to out, which is emptied first.
 * Returns the text. */
static inline const char *result_report(report_fn *write, struct report report,
					struct result *results, size_t count, struct buf *out)
{
	report.results = results;
	report.count = count;
	report.several |= count > 1;
	report.limit_us = 55 * US_PER_S;
	for (size_t i = 0; i < count; i++)
		verdict_judge(&results[i], report.rules);
	buf_clear(out);
	write(&report, out);
	return buf_str(out);
}

#endif

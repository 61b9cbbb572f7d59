/* report.c - writes a report of results made by hand, in any format, for tests/check-formats
 *
 *     report FORMAT SET
 *
 * FORMAT is one of --output, or journal; SET is mailbox, failure, connectors, plan, context,
 * connectors-context, sides, kinds, alike, hostile, long, nothing, or thousand. All times are
 * fixed, so that the same bytes come of it each time. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/steps.h"
#include "base/xalloc.h"
#include "report/report.h"

#include "../unit/results.h"

enum { OUTPUT_MAX = 256 << 20 };

static const time_t then = 1795640400;    /* 2026-11-25T21:00:00Z */
static const time_t far_off = 4102444800; /* 2100-01-01 */

struct set {
	const char *name;
	size_t count;
	void (*make)(struct result *results, size_t count);
	const char *protocol, *service, *program;
	int verbosity;
	bool monitoring;
};

static void set_endpoint(struct endpoint *e, const char *host, uint16_t port, enum tls_mode mode)
{
	*e = (struct endpoint){.port = port, .mode = mode};
	snprintf(e->host, sizeof(e->host), "%s", host);
}

static void make_tls(struct tls_info *tls, const char *subject)
{
	*tls = (struct tls_info){.established = true,
				 .verified = true,
				 .description = "(TLS1.3)-(ECDHE-X25519)-(ECDSA)-(AES-128-GCM)",
				 .leaf.begins = far_off - 90 * 86400L,
				 .leaf.expires = far_off};
	snprintf(tls->leaf.subject, sizeof(tls->leaf.subject), "%s", subject);
}

static struct chain_seen *make_chain(const char *subject)
{
	struct chain_seen *seen = xcalloc(1, sizeof(*seen));
	struct chain_link *leaf = &seen->link[0], *ca = &seen->link[1];

	*leaf = (struct chain_link){.issuer = "CN=Example <CA>",
				    .hosts = "mail.example.org, 192.0.2.1",
				    .serial = "01ab",
				    .key = "RSA 2048",
				    .signature = "RSA-SHA256",
				    .begins = far_off - 90 * 86400L,
				    .expires = far_off,
				    .fingerprint = {0xab, 0xcd}};
	snprintf(leaf->subject, sizeof(leaf->subject), "%s", subject);
	*ca = (struct chain_link){.subject = "CN=Example <CA>",
				  .issuer = "CN=Example root",
				  .serial = "02",
				  .key = "EC/ECDSA 384",
				  .signature = "ECDSA-SHA384",
				  .expires = far_off};
	seen->count = seen->sent = 2;
	snprintf(seen->staple, sizeof(seen->staple), "good, until 2099-01-01");
	return seen;
}

static void make_round_trip(struct result *r)
{
	result_init(r, "mail.example.org:993", "delivered and read");
	r->scenario = "Test IMAP4 Connectivity";
	r->account = "probe@example.org";
	set_endpoint(&r->endpoint, "mail.example.org", 993, TLS_MODE_IMPLICIT);
	set_endpoint(&r->smtp_endpoint, "smtp.example.org", 587, TLS_MODE_STARTTLS);
	make_tls(&r->tls, "CN=mail.example.org");
	make_tls(&r->smtp_tls, "CN=smtp.example.org");
	r->mechanism = r->smtp_mechanism = "PLAIN";
	snprintf(r->message_id, sizeof(r->message_id), "<0123456789abcdef@probe.example.org>");
	snprintf(r->queue_id, sizeof(r->queue_id), "4Xyz12ABC");
	r->timeline.wall_us = then * US_PER_S - 217 * US_PER_MS;
	r->seen = make_chain("CN=mail.example.org");
	r->smtp_seen = make_chain("CN=smtp.example.org");
	snprintf(r->address, sizeof(r->address), "192.0.2.1:993");
	snprintf(r->local, sizeof(r->local), "192.0.2.77:51234");
	snprintf(r->smtp_local, sizeof(r->smtp_local), "192.0.2.77:51235");
	snprintf(r->tried, sizeof(r->tried), "2001:db8::1 (No route to host)");
	snprintf(r->smtp_address, sizeof(r->smtp_address), "192.0.2.9:587");
	result_step_us(r, "imap_resolve", 412);
	result_step_us(r, "imap_connect", 2080);
	result_step_us(r, "imap_tls", 9300);
	result_step(r, "imap_login", 31);
	result_step(r, "smtp_send", 33);
	result_step(r, "smtp_logout", 4);
	result_step(r, "delivery", 146);
	r->timeline.step[r->timeline.count - 1].start_us -= 4000; /* beside smtp_logout */
	r->timeline.step[r->timeline.count - 1].duration_us += 4000;
	result_note(r, STATE_OK, "1 stale test message deleted");
}

static void make_mailbox(struct result *results, size_t count)
{
	(void)count;
	make_round_trip(&results[0]);
}

static void make_failure(struct result *results, size_t count)
{
	struct result *r = &results[1];

	make_round_trip(&results[0]);
	result_add_measure(&results[0], "messages", 17, "");
	result_add_measure(&results[0], "size", 123456, "B");
	result_init(r, "[2001:db8::2]:143", "");
	r->scenario = "Test IMAP4 Connectivity";
	set_endpoint(&r->endpoint, "2001:db8::2", 143, TLS_MODE_STARTTLS);
	r->trust_any = true;
	make_tls(&r->tls, "CN=mail.example.org");
	r->tls.verified = false;
	result_step(r, "imap_connect", 2);
	result_step(r, "imap_login", 300);
	result_fail(r, ERR_AUTH, "NO [AUTHENTICATIONFAILED] <no> | \"no\" & =no",
		    "wrong user or password");
	result_step(r, "imap_logout", 1);
	buf_append_str(&r->transcript,
		       "     0 imap S: * OK ready\n"
		       "     2 imap+tls C: a1 LOGIN probe ****\n"
		       "   302 imap+tls S: a1 NO [AUTHENTICATIONFAILED] <no> | no\n");
	result_init(&results[count - 1], "mail.example.org:143", "would log on as probe");
	set_endpoint(&results[count - 1].endpoint, "mail.example.org", 143, TLS_MODE_STARTTLS);
	results[count - 1].skipped = true;
}

/* The front end's steps take so many milliseconds more; -1: it refuses the logon. */
static void make_sides(struct result *front, size_t pair, int more)
{
	struct result *back = front + 1;

	result_init(front, "mail.example.org:993", more < 0 ? "" : "logged on");
	result_init(back, "mbx01.example.org:1993", "logged on");
	set_endpoint(&front->endpoint, "mail.example.org", 993, TLS_MODE_IMPLICIT);
	set_endpoint(&back->endpoint, "mbx01.example.org", 1993, TLS_MODE_IMPLICIT);
	front->scenario = "Test IMAP4 Logon";
	back->scenario = "Test IMAP4 Logon (back end)";
	front->section = back->section = pair ? "ben" : "ada";
	front->pair = back->pair = pair;
	front->side = SIDE_FRONT;
	back->side = SIDE_BACK;
	result_step_us(front, "imap_connect", 900);
	result_step_us(back, "imap_connect", 1100);
	result_step(back, "imap_login", 20);
	result_step(front, "imap_login", more < 0 ? 5 : 20 + more);
	if (more < 0)
		result_fail(front, ERR_AUTH, "NO Server Unavailable. 15", "");
}

static void make_two_sides(struct result *results, size_t count)
{
	(void)count;
	make_sides(&results[0], 0, 12);
	make_sides(&results[2], 1, -1);
}

static void make_connector(struct result *r, const char *name, const char *binding,
			   const char *address)
{
	*r = (struct result){.connector = name,
			     .binding = binding,
			     .server = "mbx01.example.org",
			     .scenario = "Test SMTP Connectivity"};
	set_endpoint(&r->endpoint, "mbx01.example.org", 25, TLS_MODE_STARTTLS);
	snprintf(r->label, sizeof(r->label), "%s %s", name, *address ? address : binding);
	snprintf(r->address, sizeof(r->address), "%s", address);
	snprintf(r->one_address, sizeof(r->one_address), "%s", address);
	snprintf(r->done, sizeof(r->done), "TLS ok");
	r->details = BUF_INIT(1000);
	buf_append_str(&r->details, "220 mbx01.example.org ready\n250 SIZE\n");
	result_step(r, "smtp_connect", 10);
	result_step(r, "smtp_greeting", 20);
}

static void make_connectors(struct result *results, size_t count)
{
	(void)count;
	make_connector(&results[0], "Default \"Frontend\", MBX01", "0.0.0.0:25", "192.0.2.7:25");
	make_connector(&results[1], "Default \"Frontend\", MBX01", "0.0.0.0:25", "192.0.2.8:25");
	result_fail(&results[1], ERR_TRANSIENT, "421 4.3.2 Service not available", "");
	make_connector(&results[2], "Default \"Frontend\", MBX01", "[::]:25", "");
	results[2].timeline.count = 0;
	results[2].skipped = true;
	snprintf(results[2].done, sizeof(results[2].done), "mbx01.example.org has no IPv6 address");
}

/* Of --monitoring-context; nothing depends on the time of day. */
static void make_context(struct result *results, size_t count)
{
	make_failure(results, count);
	for (size_t i = 0; i < count; i++)
		results[i].tls = results[i].smtp_tls = (struct tls_info){0};
	results[1].err.id = "imap-auth-failed";
}

/* An error of each kind. */
static void make_kinds(struct result *results, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		make_round_trip(&results[i]);
		results[i].endpoint.port = (uint16_t)(1000 + i);
		result_fail(&results[i], (enum err_kind)(ERR_NONE + 1 + i), "no", "");
	}
}

/* Of --what-if. */
static void make_plan(struct result *results, size_t count)
{
	result_init(&results[0], "mail.example.org:993", "would log on as probe");
	set_endpoint(&results[0].endpoint, "mail.example.org", 993, TLS_MODE_IMPLICIT);
	results[0].scenario = "Test IMAP4 Logon";
	results[0].account = "probe";
	results[0].skipped = true;
	result_plan(&results[0], "imap_resolve", "look up the addresses of %s", "mail.example.org");
	result_plan(&results[0], "imap_login", "log on as %s",
		    "=probe, \"<b>\"|;\033[31m \xe2\x80\xae \xff");
	result_plan(&results[0], "imap_logout", "say goodbye");
	result_init(&results[count - 1], "mail.example.org:143", "disabled");
	set_endpoint(&results[count - 1].endpoint, "mail.example.org", 143, TLS_MODE_STARTTLS);
	results[count - 1].skipped = true;
}

/* The same once more, and one that differs in its type alone. */
static void make_alike(struct result *results, size_t count)
{
	for (size_t i = 0; i < count; i++)
		make_round_trip(&results[i]);
	results[2].endpoint.has_twin = results[3].endpoint.has_twin = true;
	results[3].endpoint.mode = TLS_MODE_STARTTLS;
}

static void make_hostile(struct result *results, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *text = result_hostile(&results[i], i);
		set_endpoint(&results[i].endpoint, "mail.example.org", (uint16_t)(1000 + i),
			     TLS_MODE_IMPLICIT);
		snprintf(results[i].label, sizeof(results[i].label), "=%s", text);
	}
}

/* A megabyte of what means something in one format or another, with lines and without. */
static void make_long(struct result *results, size_t count)
{
	static const char piece[] = "<b>;=1,\"'\\&|\x1b\xe2\x80\xae\xff{}[] ";

	make_connector(&results[0], "Default Frontend MBX01", "0.0.0.0:25", "192.0.2.7:25");
	make_connector(&results[count - 1], "Default Frontend MBX02", "0.0.0.0:25", "192.0.2.8:25");
	for (size_t i = 0; i < count; i++) {
		results[i].details.max = results[i].transcript.max = 1 << 20;
		buf_clear(&results[i].details);
		while (!buf_append_str(&results[i].details, piece) &&
		       !buf_append_str(&results[i].details, i ? "\n" : ""))
			buf_append_str(&results[i].transcript, piece);
		result_fail(&results[i], ERR_REFUSED, buf_str(&results[i].details), "");
	}
}

static void make_thousand(struct result *results, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		make_round_trip(&results[i]);
		results[i].endpoint.port = (uint16_t)(1000 + i);
		snprintf(results[i].label, sizeof(results[i].label), "mail.example.org:%zu",
			 1000 + i);
		if (i % 100 == 99)
			result_fail(&results[i], ERR_REFUSED, "554 5.7.1 refused", "ask them");
	}
}

static void make_nothing(struct result *results, size_t count)
{
	(void)results, (void)count;
}

static const struct set sets[] = {
	{"mailbox", 1, make_mailbox, "imap", "IMAP", "check_imap_full", 0},
	{"failure", 3, make_failure, "imap", "IMAP", "check_imap_full", 3},
	{"connectors", 3, make_connectors, "smtp", "SMTP", "check_smtp_connectors", 0},
	{"plan", 2, make_plan, "imap", "IMAP", "check_imap_full", 0},
	{"context", 3, make_context, "imap", "IMAP", "check_imap_full", 0, true},
	{"connectors-context", 3, make_connectors, "smtp", "SMTP", "check_smtp_connectors", 0,
	 true},
	{"sides", 4, make_two_sides, "imap", "IMAP", "check_imap_full", 0},
	{"kinds", ERR_ENDED, make_kinds, "imap", "IMAP", "check_imap_full", 0},
	{"alike", 4, make_alike, "imap", "IMAP", "check_imap_full", 0},
	{"hostile", 9, make_hostile, "imap", "IMAP", "check_imap_full", 3, true},
	{"long", 2, make_long, "smtp", "SMTP", "check_smtp_connectors", 3, true},
	{"nothing", 0, make_nothing, "imap", "IMAP", "check_imap_full", 0},
	{"thousand", 1000, make_thousand, "imap", "IMAP", "check_imap_full", 0, true},
	{0},
};

/* -w 5,delivery=0.1 -c 10 -D 30,7 */
static struct verdict_rules usual_rules(const char *protocol)
{
	struct verdict_rules rules = no_thresholds(protocol);
	struct err err = {0};

	thresholds_parse(&rules.warning, "5,delivery=0.1", steps_parts("imap"), &err);
	thresholds_parse(&rules.critical, "10", steps_parts(protocol), &err);
	rules.cert_warning = (struct expiry_limit){.is_given = true, .value = 30};
	rules.cert_critical = (struct expiry_limit){.is_given = true, .value = 7};
	return rules;
}

static void write_set(const struct report_format *format, const struct set *set)
{
	struct verdict_rules rules = usual_rules(set->protocol);
	struct result *results = xcalloc(set->count + 1, sizeof(*results));
	struct buf out = BUF_INIT(OUTPUT_MAX);
	const struct report report = {.program = set->program,
				      .program_version = "1.0",
				      .now = then,
				      .service = set->service,
				      .protocol = set->protocol,
				      .rules = &rules,
				      .verbosity = set->verbosity,
				      .monitoring = set->monitoring,
				      .site = "probe.example.org",
				      .width = 80};

	set->make(results, set->count);
	result_report(format->write, report, results, set->count, &out);
	fwrite(out.data, 1, out.len, stdout);
	for (size_t i = 0; i < set->count; i++)
		result_free(&results[i]);
	buf_free(&out);
	free(results);
}

int main(int argc, char **argv)
{
	static const struct report_format journal = {.name = "journal", .write = report_journal};
	const struct report_format *format = argc == 3 ? report_find(argv[1]) : NULL;

	if (argc == 3 && !strcmp(argv[1], journal.name))
		format = &journal;
	for (const struct set *set = sets; format && set->name; set++) {
		if (strcmp(set->name, argv[2]) != 0)
			continue;
		write_set(format, set);
		return EXIT_SUCCESS;
	}
	fputs("usage: report FORMAT SET\n", stderr);
	return EXIT_FAILURE;
}

/* steps.c - the one table of steps */
#include "base/steps.h"

#include <string.h>

enum {
	EVERY = PART_IMAP | PART_POP | PART_SUBMISSION | PART_CONNECTOR,
	DELIVERY = PART_IMAP_DELIVERY | PART_POP_DELIVERY,
	TLS = PART_IMAP_TLS | PART_POP_TLS | PART_SUBMISSION_TLS | PART_CONNECTOR_TLS,
	STARTTLS = PART_IMAP_STARTTLS | PART_POP_STARTTLS | PART_SUBMISSION_STARTTLS |
		   PART_CONNECTOR_STARTTLS,
	LOGIN = PART_IMAP_LOGIN | PART_POP_LOGIN | PART_SUBMISSION_LOGIN | PART_CONNECTOR_LOGIN,
	EHLO = PART_IMAP | PART_POP | PART_SUBMISSION | PART_CONNECTOR_EHLO,
};

const struct step_def steps_all[] = {
	{.name = "total", .parts = EVERY, .alone = true},
	{.name = "resolve", .parts = EVERY},
	{.name = "connect", .parts = EVERY},
	{.name = "tls", .parts = TLS},
	{.name = "greeting", .parts = EVERY},
	{.name = "capability", .parts = EHLO},
	{.name = "starttls", .parts = STARTTLS},
	{.name = "login", .parts = LOGIN},
	{.name = "select", .parts = PART_IMAP_MAILBOX},
	{.name = "stat", .parts = PART_POP_MAILBOX},
	{.name = "send", .parts = PART_SUBMISSION},
	{.name = "delivery", .parts = DELIVERY, .alone = true},
	{.name = "search", .parts = DELIVERY},
	{.name = "fetch", .parts = DELIVERY},
	{.name = "delete", .parts = DELIVERY},
	{.name = "cleanup", .parts = DELIVERY},
	{.name = "mail", .parts = PART_CONNECTOR_MAIL},
	{.name = "rcpt", .parts = PART_CONNECTOR_RCPT},
	{.name = "logout", .parts = EVERY},
	{0},
};

/* Numbers besides the steps, for which there are thresholds, too. */
static const struct step_def numbers[] = {
	{"cert_days", TLS, true},
	{"smtp_cert_days", PART_SUBMISSION_TLS, true},
	{"messages", PART_POP_MAILBOX, true},
	{"size", PART_POP_MAILBOX, true},
	{"proxy", PART_PROXY, true},
	{0},
};

static const struct {
	const char *name;
	const char *prefix;
	unsigned int own;   /* parts in which it is spoken */
	unsigned int parts; /* of its tests */
} protocols[] = {
	{"imap", "imap_", LEG_IMAP, LEG_IMAP | LEG_SUBMISSION | PART_PROXY},
	{"pop", "pop_", LEG_POP, LEG_POP | LEG_SUBMISSION | PART_PROXY},
	{"smtp", "smtp_", LEG_SUBMISSION | LEG_CONNECTOR, LEG_CONNECTOR},
};

enum { PROTOCOLS = sizeof(protocols) / sizeof(protocols[0]) };

static const struct step_def *find_in(const struct step_def *table, const char *name, size_t len)
{
	for (const struct step_def *s = table; s->name; s++)
		if (strlen(s->name) == len && !memcmp(s->name, name, len))
			return s;
	return NULL;
}

static const struct step_def *find(const char *name, size_t len)
{
	const struct step_def *s = find_in(steps_all, name, len);

	return s ? s : find_in(numbers, name, len);
}

unsigned int steps_parts(const char *protocol)
{
	for (size_t i = 0; i < PROTOCOLS; i++)
		if (!strcmp(protocols[i].name, protocol))
			return protocols[i].parts;
	return 0;
}

bool steps_have(unsigned int parts, const char *name, size_t len)
{
	const struct step_def *s = find(name, len);

	for (size_t i = 0; !s && i < PROTOCOLS; i++) {
		size_t n = strlen(protocols[i].prefix);
		if (len < n || memcmp(name, protocols[i].prefix, n) != 0)
			continue;
		s = find(name + n, len - n);
		parts &= protocols[i].own;
		if (!s || s->alone)
			return false;
	}
	return s && s->parts & parts;
}

static void list(const struct step_def *table, unsigned int parts, const char **before,
		 struct buf *out)
{
	for (const struct step_def *s = table; s->name; s++) {
		if (!(s->parts & parts))
			continue;
		buf_printf(out, "%s%s", *before, s->name);
		*before = ", ";
	}
}

void steps_list(unsigned int parts, struct buf *out)
{
	const char *before = "";

	list(steps_all, parts, &before, out);
	list(numbers, parts, &before, out);
}

bool step_stands_alone(const char *name)
{
	const struct step_def *s = find_in(steps_all, name, strlen(name));

	return s && s->alone;
}

const char *step_bare(const char *name)
{
	for (size_t i = 0; i < PROTOCOLS; i++) {
		size_t n = strlen(protocols[i].prefix);
		if (!strncmp(name, protocols[i].prefix, n))
			return name + n;
	}
	return name;
}

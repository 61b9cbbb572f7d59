/* steps.c - the one table of steps */
#include "base/steps.h"

#include <string.h>

enum {
	FULL = LEG_IMAP | LEG_POP,
	EVERY = FULL | LEG_IMAP_LIGHT | LEG_POP_LIGHT | LEG_SUBMISSION | LEG_CONNECTOR,
};

const struct step_def steps_all[] = {
	{.name = "total", .legs = EVERY, .alone = true},
	{.name = "resolve", .legs = EVERY},
	{.name = "connect", .legs = EVERY},
	{.name = "tls", .legs = EVERY},
	{.name = "greeting", .legs = EVERY},
	{.name = "capability", .legs = EVERY},
	{.name = "starttls", .legs = EVERY},
	{.name = "login", .legs = EVERY},
	{.name = "select", .legs = LEG_IMAP | LEG_IMAP_LIGHT},
	{.name = "stat", .legs = LEG_POP | LEG_POP_LIGHT},
	{.name = "send", .legs = LEG_SUBMISSION},
	{.name = "delivery", .legs = FULL, .alone = true},
	{.name = "search", .legs = FULL},
	{.name = "fetch", .legs = FULL},
	{.name = "delete", .legs = FULL},
	{.name = "cleanup", .legs = FULL},
	{.name = "mail", .legs = LEG_CONNECTOR},
	{.name = "rcpt", .legs = LEG_CONNECTOR},
	{.name = "logout", .legs = EVERY},
	{0},
};

static const struct {
	const char *name;
	const char *prefix;
	unsigned int own;  /* legs that speak it */
	unsigned int legs; /* of its tests */
} protocols[] = {
	{"imap", "imap_", LEG_IMAP | LEG_IMAP_LIGHT, LEG_IMAP | LEG_IMAP_LIGHT | LEG_SUBMISSION},
	{"pop", "pop_", LEG_POP | LEG_POP_LIGHT, LEG_POP | LEG_POP_LIGHT | LEG_SUBMISSION},
	{"smtp", "smtp_", LEG_SUBMISSION | LEG_CONNECTOR, LEG_CONNECTOR},
};

enum { PROTOCOLS = sizeof(protocols) / sizeof(protocols[0]) };

static const struct step_def *find(const char *name, size_t len)
{
	for (const struct step_def *s = steps_all; s->name; s++)
		if (strlen(s->name) == len && !memcmp(s->name, name, len))
			return s;
	return NULL;
}

unsigned int steps_legs(const char *protocol)
{
	for (size_t i = 0; i < PROTOCOLS; i++)
		if (!strcmp(protocols[i].name, protocol))
			return protocols[i].legs;
	return 0;
}

bool steps_have(unsigned int legs, const char *name, size_t len)
{
	const struct step_def *s = find(name, len);

	for (size_t i = 0; !s && i < PROTOCOLS; i++) {
		size_t n = strlen(protocols[i].prefix);
		if (len < n || memcmp(name, protocols[i].prefix, n) != 0)
			continue;
		s = find(name + n, len - n);
		legs &= protocols[i].own;
		if (!s || s->alone)
			return false;
	}
	return s && s->legs & legs;
}

void steps_list(unsigned int legs, struct buf *out)
{
	const char *before = "";

	for (const struct step_def *s = steps_all; s->name; s++) {
		if (!(s->legs & legs))
			continue;
		buf_printf(out, "%s%s", before, s->name);
		before = ", ";
	}
}

bool step_stands_alone(const char *name)
{
	const struct step_def *s = find(name, strlen(name));

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

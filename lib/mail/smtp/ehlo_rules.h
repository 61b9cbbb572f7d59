/* ehlo_rules.h - what a server must and must not offer in its answer to EHLO: "8BITMIME,
 * AUTH=LOGIN, SIZE>=10485760"
 *
 * Keywords and parameters are compared without regard to case. */
#ifndef MAILFLOW_EHLO_RULES_H
#define MAILFLOW_EHLO_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum ehlo_relation {
	EHLO_OFFERED,  /* KEYWORD */
	EHLO_EQUAL,    /* KEYWORD=WORD: one of its parameters */
	EHLO_AT_LEAST, /* KEYWORD>=NUMBER: its first parameter; SIZE 0 means that there is no limit
			  (RFC 1870) */
	EHLO_AT_MOST,  /* KEYWORD<=NUMBER */
};

struct ehlo_rule {
	char *text;        /* as given: "AUTH=LOGIN"; owned */
	char *keyword;     /* of it; owned */
	const char *value; /* in text: what stands behind the relation */
	enum ehlo_relation relation;
	uint64_t number;
	bool forbidden;
};

/* Zero-initialised. */
struct ehlo_rules {
	struct ehlo_rule *item;
	size_t count;
};

/* Add a list of rules, separated by commas or blanks. Returns 0, or -1 with ERR_USAGE. */
int ehlo_rules_add(struct ehlo_rules *r, const char *text, bool forbidden, struct err *err);

/* clear is the text of the answer before TLS, in which STARTTLS and Exchange's X-ANONYMOUSTLS are
 * looked for (behind it no server may offer them); final that of the last one, for all else: the
 * same where TLS was not started by STARTTLS. The first line is the greeting, unless it is the only
 * one. Returns 0, or -1 with ERR_PROTOCOL: the first rule that is broken, and what was offered. */
int ehlo_rules_check(const struct ehlo_rules *r, const char *clear, const char *final,
		     struct err *err);

/* Accepts a zeroed struct. */
void ehlo_rules_free(struct ehlo_rules *r);

#endif

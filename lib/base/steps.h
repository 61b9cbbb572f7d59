/* steps.h - the steps of all tests: how they are called, and which parts of a test have them
 *
 * A leg is one connection's part of a test. Messages, performance data and
 * thresholds know a step by its name with the protocol of its leg in front, "imap_login"; those
 * that belong to more than one leg stand alone. */
#ifndef MAILFLOW_STEPS_H
#define MAILFLOW_STEPS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* What a scenario may have, each of it with steps of its own. */
enum part {
	PART_IMAP = 1 << 0, /* what any test of IMAP has: connecting, LOGOUT */
	PART_IMAP_TLS = 1 << 1,
	PART_IMAP_STARTTLS = 1 << 2,
	PART_IMAP_MAILBOX = 1 << 3,  /* it is opened */
	PART_IMAP_DELIVERY = 1 << 4, /* the test message is awaited, read and deleted */
	PART_POP = 1 << 5,
	PART_POP_TLS = 1 << 6,
	PART_POP_STARTTLS = 1 << 7,
	PART_POP_MAILBOX = 1 << 8,
	PART_POP_DELIVERY = 1 << 9,
	PART_SUBMISSION = 1 << 10, /* the message of a mailbox test is handed in */
	PART_SUBMISSION_TLS = 1 << 11,
	PART_SUBMISSION_STARTTLS = 1 << 12,
	PART_SUBMISSION_LOGIN = 1 << 13,
	PART_CONNECTOR = 1 << 14, /* up to the greeting, and QUIT */
	PART_CONNECTOR_EHLO = 1 << 15,
	PART_CONNECTOR_TLS = 1 << 16,
	PART_CONNECTOR_STARTTLS = 1 << 17,
	PART_CONNECTOR_LOGIN = 1 << 18,
	PART_CONNECTOR_MAIL = 1 << 19,
	PART_CONNECTOR_RCPT = 1 << 20,
	PART_IMAP_LOGIN = 1 << 21,
	PART_POP_LOGIN = 1 << 22,
	PART_PROXY = 1 << 23, /* a front end is held against the back end behind it */
};

/* A leg with all its parts. */
enum leg {
	LEG_IMAP_LIGHT = PART_IMAP | PART_IMAP_TLS | PART_IMAP_STARTTLS | PART_IMAP_LOGIN |
			 PART_IMAP_MAILBOX,
	LEG_IMAP = LEG_IMAP_LIGHT | PART_IMAP_DELIVERY,
	LEG_POP_LIGHT =
		PART_POP | PART_POP_TLS | PART_POP_STARTTLS | PART_POP_LOGIN | PART_POP_MAILBOX,
	LEG_POP = LEG_POP_LIGHT | PART_POP_DELIVERY,
	LEG_SUBMISSION = PART_SUBMISSION | PART_SUBMISSION_TLS | PART_SUBMISSION_STARTTLS |
			 PART_SUBMISSION_LOGIN,
	LEG_CONNECTOR = PART_CONNECTOR | PART_CONNECTOR_EHLO | PART_CONNECTOR_TLS |
			PART_CONNECTOR_STARTTLS | PART_CONNECTOR_LOGIN | PART_CONNECTOR_MAIL |
			PART_CONNECTOR_RCPT,
};

struct step_def {
	const char *name;   /* without the protocol in front */
	unsigned int parts; /* that have it: a set of enum part */
	bool alone;         /* there is never a protocol in front */
};

/* All of them, about in the order in which they are taken; ended by a name of NULL. "total" is one
 * for whoever asks, though no dialog takes it. */
extern const struct step_def steps_all[];

/* The parts that the test of a protocol ("imap", "pop", "smtp") may have, whatever its scenario. */
unsigned int steps_parts(const char *protocol);

/* Whether one of these parts has a step of that name, with its protocol in front or without, or a
 * number besides that thresholds know: "cert_days", "smtp_cert_days", "messages", "size", "proxy".
 * name need not be terminated. */
bool steps_have(unsigned int parts, const char *name, size_t len);

/* Append the names of these parts' steps, without protocols, and those of their numbers: "resolve,
 * connect". */
void steps_list(unsigned int parts, struct buf *out);

/* Whether the step of that name takes no protocol in front. */
bool step_stands_alone(const char *name);

/* The name without a protocol in front. */
const char *step_bare(const char *name);

#endif

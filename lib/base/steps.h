/* steps.h - the steps of all tests: how they are called, and which legs take them
 *
 * A leg is one connection's part of a test, in one of its scenarios. Messages, performance data and
 * thresholds know a step by its name with the protocol of its leg in front, "imap_login"; those
 * that belong to more than one leg stand alone. */
#ifndef MAILFLOW_STEPS_H
#define MAILFLOW_STEPS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

enum leg {
	LEG_IMAP = 1 << 0,
	LEG_IMAP_LIGHT = 1 << 1,
	LEG_POP = 1 << 2,
	LEG_POP_LIGHT = 1 << 3,
	LEG_SUBMISSION = 1 << 4, /* hands in the message of a mailbox test */
	LEG_CONNECTOR = 1 << 5,
};

struct step_def {
	const char *name;  /* without the protocol in front */
	unsigned int legs; /* that take it: a set of enum leg */
	bool alone;        /* there is never a protocol in front */
};

/* All of them, about in the order in which they are taken; ended by a name of NULL. "total" is one
 * for whoever asks, though no dialog takes it. */
extern const struct step_def steps_all[];

/* The legs that the test of a protocol ("imap", "pop", "smtp") has, in all its scenarios. */
unsigned int steps_legs(const char *protocol);

/* Whether one of these legs has a step of that name, with its protocol in front or without. name
 * need not be terminated. */
bool steps_have(unsigned int legs, const char *name, size_t len);

/* Append the names of these legs' steps, without protocols: "resolve, connect". */
void steps_list(unsigned int legs, struct buf *out);

/* Whether the step of that name takes no protocol in front. */
bool step_stands_alone(const char *name);

/* The name without a protocol in front. */
const char *step_bare(const char *name);

#endif

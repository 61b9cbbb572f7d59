/* hint.h - what a person can do about a fault: a row of a table, by an id that stays */
#ifndef MAILFLOW_HINT_H
#define MAILFLOW_HINT_H

struct hint {
	const char *id;   /* "imap-auth-failed": letters, digits and hyphens; never renamed */
	const char *text; /* in one line, without parentheses around it */
};

#endif

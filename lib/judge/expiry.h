/* expiry.h - when the end of a certificate is near: so many days before it, or a share of its
 * lifetime, for certificates of 6 and of 400 days alike */
#ifndef MAILFLOW_EXPIRY_H
#define MAILFLOW_EXPIRY_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "net/leaf.h"

enum { EXPIRY_TEXT_SIZE = 48, EXPIRY_DAYS_MAX = 36500, EXPIRY_PERCENT_MAX = 100 };

/* Zeroed: there is none. */
struct expiry_limit {
	bool is_given;
	bool is_share; /* value is per cent of the lifetime, else days */
	unsigned int value;
};

/* "30" or "30%", of so many bytes; nothing at all is none. Returns 0, or -1: it is neither, or more
 * than EXPIRY_DAYS_MAX days, EXPIRY_PERCENT_MAX per cent. */
int expiry_limit_parse(const char *text, size_t len, struct expiry_limit *limit_r);

/* How many days before its end the limit lies, for that certificate: whole ones, or of a share to
 * two digits behind the dot; -1 where it does not tell how long it lives. */
double expiry_limit_days(const struct expiry_limit *limit, const struct leaf *leaf);

/* Whether a certificate is nearer to its end than the limit allows: fewer whole days, or less of
 * its lifetime. One that has ended, or whose end (with a share: its start) cannot be read, always
 * is. */
bool expiry_is_near(const struct expiry_limit *limit, const struct leaf *leaf, time_t now);

/* "30", "30% of 90 days" */
void expiry_limit_format(const struct expiry_limit *limit, const struct leaf *leaf,
			 char text[EXPIRY_TEXT_SIZE]);

/* The end of a certificate for people: "expires in 81 days", "expired 3 days ago", "has an end date
 * that cannot be read". */
void expiry_format(const struct leaf *leaf, char text[EXPIRY_TEXT_SIZE]);

#endif

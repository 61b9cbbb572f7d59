/* password_policy.h - a directory's rules for passwords, and for logons by a wrong one: Active
 * Directory's, of the domain and the fine-grained ones, and those of OpenLDAP's ppolicy */
#ifndef MAILFLOW_PASSWORD_POLICY_H
#define MAILFLOW_PASSWORD_POLICY_H

#include "discover/directory.h"

/* Zeroed: there are no rules. */
struct password_policy {
	char *name;                /* of one that is meant for this account; NULL: of all */
	unsigned int least_length; /* in characters */
	unsigned int history;      /* so many of the last ones are refused */
	bool is_complex;           /* three kinds of characters, and not the account's name */
	uint64_t least_age_s;      /* from one change to the next */
	unsigned int lockout;      /* so many logons by a wrong password lock it; 0: none do */
	uint64_t window_s;         /* how long these count; 0: until a right one */
	bool is_hidden;            /* there is one, and it may not be read */
};

/* Read those that hold for an account: dn is that of its own policy; NULL: it has none. Of an
 * account that is still to be made (is_new) it is not known which ones will: the strictest of all,
 * rule by rule, as in directories that do not say which one holds. Returns 0, or -1 with the
 * directory's error set; password_policy_free is called in both cases. */
int password_policy_read(struct password_policy *p, struct directory *d, bool is_ad, bool is_new,
			 const char *dn);

/* What it says of passwords, in a line: 'policy "tests": 20 characters or more, 1 day after the
 * last'; "" where it says nothing. */
void password_policy_words(const struct password_policy *p, char *text, size_t size);

void password_policy_free(struct password_policy *p);

#endif

/* test_account.h - the account that the tests log on with, as a directory has it */
#ifndef MAILFLOW_TEST_ACCOUNT_H
#define MAILFLOW_TEST_ACCOUNT_H

#include <time.h>

#include "account/account_settings.h"
#include "account/password_policy.h"

/* How often one logs on by a new password at most. */
enum { TRIES = 2 };

struct test_account {
	struct endpoint at; /* the server that was asked */
	bool is_ad;         /* it is Active Directory */
	bool exists;
	char *dn;
	char *name;    /* extest_221d98856af54 */
	char *logon;   /* what it logs on with: name@domain, or its DN */
	char *changed; /* when its password was set, as people read it; NULL: not known */
	char *expires; /* when it does itself, likewise; NULL: never, or not known */
	bool is_disabled, is_locked, is_privileged, is_ours, has_mailbox;
	unsigned int refused; /* logons by a wrong password of late */
	time_t refused_last;  /* when; 0: not known */
	char *policy_dn;      /* of the rules that are meant for it; NULL: none */
	struct password_policy policy;
};

/* Find the account, or what it would be: a step of its own. Returns 0, or -1 with the directory's
 * error set; test_account_free is called in both cases. */
int test_account_read(struct test_account *a, struct directory *d,
		      const struct account_settings *s);

/* Refuse what is not to be done to it. Returns 0, or -1 with ERR_USAGE or ERR_REFUSED. */
int test_account_check(const struct test_account *a, const struct account_settings *s,
		       struct err *err);

/* How often one may log on by a password that may be wrong, without locking it: 0 to TRIES. */
unsigned int test_account_tries(const struct test_account *a);

/* Append what will become of the password file, if there is one; what will be written, as LDIF, and
 * that; or what is known. */
void test_account_plan_file(const struct account_settings *s, struct buf *out);
void test_account_plan(const struct test_account *a, const struct account_settings *s,
		       struct buf *out);
void test_account_show(const struct test_account *a, struct buf *out);

void test_account_free(struct test_account *a);

#endif

/* mailbox_users.h - the mailboxes to test: the one of the options, or those of a file of accounts
 *
 * What an account says itself, or by its [defaults], counts before an option. A secret of the
 * options is for the user of the options alone. */
#ifndef MAILFLOW_MAILBOX_USERS_H
#define MAILFLOW_MAILBOX_USERS_H

#include "config/accounts.h"
#include "config/settings.h"

struct mailbox_settings;

/* A mailbox, where it is, who logs on to it, and who hands in its test message; borrowed from the
 * settings but for what is said to be owned. */
struct mailbox_user {
	const struct account *account; /* of the options: an empty one, whose name is NULL */
	struct endpoint *endpoint;     /* to be tested; owned */
	size_t endpoints, front_ends;  /* the first of them; behind these are back ends */
	struct credentials who;
	struct credentials smtp_who; /* username NULL: do not log on to SMTP */
	struct remark *reset;        /* what came of --reset-test-account; NULL: nothing; owned */
	const struct err *no_token;  /* why there is none of those that are needed */
	const char *mailbox;         /* IMAP only */
	const char *mailfrom;        /* "": the null sender */
	const char *mailto;
	char *own_address; /* the user's name as an address, where that is where mail goes; owned */
	/* port 0: that of submission on the host under test, with STARTTLS */
	struct endpoint smtp_endpoint;
	char auth[SASL_MECHANISMS_SIZE], smtp_auth[SASL_MECHANISMS_SIZE]; /* of its own; or "" */
};

/* Zero-initialised. */
struct mailbox_users {
	struct accounts accounts;
	struct mailbox_user *item;
	size_t count;
};

/* Read the file of accounts, if one is given, and find out who the users are: all but how they log
 * on. Returns 0, or -1 with ERR_USAGE. */
int mailbox_users_begin(struct mailbox_settings *m, struct err *err);

/* After settings_finish: complete their end points, and find their secrets; everything that can be
 * wrong is looked at before a password is asked for. */
int mailbox_users_finish(struct mailbox_settings *m, struct err *err);

/* Put its place in the file of accounts in front of the error; of the options there is none.
 * Returns -1. */
int mailbox_user_place(const struct mailbox_settings *m, const struct mailbox_user *u,
		       struct err *err);

/* Whether the message of any of them is handed in, or any of their mailboxes looked at, with TLS;
 * end points of the options do not count. */
bool mailbox_users_need_tls(const struct mailbox_settings *m);

void mailbox_users_free(struct mailbox_users *u);

#endif

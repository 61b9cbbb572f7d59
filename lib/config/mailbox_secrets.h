/* mailbox_secrets.h - what the mailboxes under test, and those who hand in their messages, log on
 * with: their own secrets, those of the options, and tokens that commands get
 *
 * A secret of the options is for the user of the options; what they say for SMTP, for their SMTP
 * user. Where nothing is said for SMTP, its user has what the mailbox has, if that is the same
 * one. */
#ifndef MAILFLOW_MAILBOX_SECRETS_H
#define MAILFLOW_MAILBOX_SECRETS_H

#include "config/mailbox_settings.h"

/* The providers of an account become the commands that get its tokens. Returns 0, or -1 with
 * ERR_USAGE. */
int mailbox_secrets_begin(const struct settings *s, struct account *a, struct err *err);

/* What the options say for SMTP, for somebody hands in by that. Returns 0, or -1 with the error
 * set. */
int mailbox_secrets_of_smtp(struct mailbox_settings *m, struct err *err);

/* How a user logs on, to the mailbox and to SMTP; wanted has the tokens that are still to come, of
 * both. Returns 0, or -1 with the error set, which need not name the account. */
int mailbox_secrets_find(struct mailbox_settings *m, struct mailbox_user *u,
			 struct token_wanted wanted[2], struct err *err);

/* Get these of all users, two of each. Returns 0, or -1 with the error set. */
int mailbox_secrets_get_tokens(struct mailbox_settings *m, struct token_wanted *wanted,
			       struct err *err);

/* The password of the options, if anybody has that: asked for on the terminal if one of them cannot
 * do without. Returns 0, or -1 with the error set. */
int mailbox_secrets_ask(struct mailbox_settings *m, struct err *err);

#endif

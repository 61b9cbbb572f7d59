/* account_resets.c - looks at all users first, then renews their passwords */
#include "config/account_resets.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/xalloc.h"
#include "config/account_reset.h"

/* ---- whose password is where ---- */

/* The first of a user's mailboxes, or of a file's: others of the same go with it. */
struct renewed {
	const struct mailbox_user *user;
	const char *file;
};

struct looking {
	const struct mailbox_settings *m;
	struct dictionary by_user, by_file; /* struct renewed */
};

static bool is_tested(const struct mailbox_user *u)
{
	return !u->account->disabled && u->who.username;
}

/* Which file has its password, or NULL: none has. */
static const char *file_of(const struct mailbox_settings *m, const struct mailbox_user *u)
{
	const struct account_logon *l = &u->account->mailbox_logon;
	const struct settings *s = &m->common;
	const char *file = l->password_file;

	if (!file && !l->password.value && !secret_is_set(&s->password) &&
	    logon_settings_is_user(s, u->who.username))
		file = s->password_file;
	return file && strcmp(file, "-") ? file : NULL;
}

/* Directories do not tell "Probe" from "probe". */
static struct renewed *of_user(struct looking *l, const char *username)
{
	char *key = xstrdup(username);

	for (char *c = key; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	struct renewed *r = dictionary_get(&l->by_user, key, sizeof(*r));
	free(key);
	return r;
}

static int refuse_no_file(const struct mailbox_user *u, struct err *err)
{
	if (!u->account->section.name)
		return err_set(err, ERR_USAGE,
			       "--reset-test-account needs -U USER, and --password-file=FILE "
			       "(not -P), which gets the new password");
	return err_set(err, ERR_USAGE,
		       "--reset-test-account needs a password-file for it, which gets the new "
		       "password");
}

/* Another file would keep a password that is no longer good. */
static int refuse_two_files(const char *key, const char *username, const char *file,
			    struct err *err)
{
	return err_set(err, ERR_USAGE,
		       "%s: %.60s has the password in %.80s, too: --reset-test-account writes one "
		       "file",
		       key, username, file);
}

static int look_at(struct looking *l, const struct mailbox_user *u, struct err *err)
{
	const char *file = file_of(l->m, u);

	if (!file)
		return refuse_no_file(u, err);
	struct renewed *user = of_user(l, u->who.username);
	struct renewed *in_file = dictionary_get(&l->by_file, file, sizeof(*in_file));
	if (user->user && strcmp(user->file, file))
		return refuse_two_files("password-file", u->who.username, user->file, err);
	if (in_file->user && strcasecmp(in_file->user->who.username, u->who.username))
		return err_set(err, ERR_USAGE,
			       "password-file: it is that of %.80s, too: --reset-test-account "
			       "needs one for each user",
			       in_file->user->who.username);
	if (!user->user)
		*user = *in_file = (struct renewed){u, file};
	return 0;
}

/* Which file has the password by which SMTP is logged on to; NULL: none, or the mailbox's. */
static const char *smtp_file_of(const struct mailbox_settings *m, const struct mailbox_user *u)
{
	const struct account_logon *l = &u->account->smtp_logon;

	if (l->password_file || l->password.value)
		return l->password_file ? l->password_file : "the file of accounts";
	return mailbox_settings_is_smtp_user(m, u->smtp_who.username) ? m->smtp_password_file
								      : NULL;
}

static int look_at_smtp(struct looking *l, const struct mailbox_user *u, struct err *err)
{
	const char *username = u->smtp_who.username;
	const char *file = username ? smtp_file_of(l->m, u) : NULL;

	if (!file)
		return 0;
	const struct renewed *user = of_user(l, username);
	if (!user->user || !strcmp(user->file, file))
		return 0;
	return refuse_two_files(u->account->section.name ? "smtp-password-file"
							 : "--smtp-password-file",
				username, user->file, err);
}

typedef int look_fn(struct looking *l, const struct mailbox_user *u, struct err *err);

static int look_at_all(struct looking *l, look_fn *look, struct err *err)
{
	const struct mailbox_users *users = &l->m->users;

	for (size_t i = 0; i < users->count; i++)
		if (is_tested(&users->item[i]) && look(l, &users->item[i], err))
			return mailbox_user_place(l->m, &users->item[i], err);
	return 0;
}

/* ---- renewing ---- */

static int renew(const struct mailbox_settings *m, struct mailbox_user *u, int64_t until_us,
		 struct err *err)
{
	const struct account_reset r = {.section = m->reset_section,
					.username = u->who.username,
					.password_file = file_of(m, u),
					.limit = &m->common.limit,
					.what_if = m->common.what_if};

	u->reset = xcalloc(1, sizeof(*u->reset));
	return account_reset_run(&r, until_us, u->reset, err);
}

static int renew_all(struct mailbox_settings *m, struct looking *l, struct err *err)
{
	int64_t now_us = clock_us(), until_us = now_us + (m->common.limit.until_us - now_us) / 2;

	for (size_t i = 0; i < m->users.count; i++) {
		struct mailbox_user *u = &m->users.item[i];
		if (is_tested(u) && of_user(l, u->who.username)->user == u &&
		    renew(m, u, until_us, err))
			return -1;
	}
	return 0;
}

int account_resets_run(struct mailbox_settings *m, struct err *err)
{
	struct looking l = {.m = m};

	if (!m->reset_section)
		return 0;
	if (m->light == LIGHT_GREETING)
		return err_set(err, ERR_USAGE,
			       "--reset-test-account: nobody logs on with --probe=self");
	if (!m->accounts_file && !m->common.username)
		return refuse_no_file(&m->users.item[0], err);
	int rc = look_at_all(&l, look_at, err) || look_at_all(&l, look_at_smtp, err) ||
		 renew_all(m, &l, err);
	dictionary_free(&l.by_user, NULL);
	dictionary_free(&l.by_file, NULL);
	return rc ? -1 : 0;
}

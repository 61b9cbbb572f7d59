/* account_settings.c - what the options of mailflow_test_account come to */
#include "account/account_settings.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/file_lock.h"
#include "base/interrupt.h"
#include "base/text.h"

enum { MAX_AGE_DAYS = 7, REPLICATION_WAIT_S = 10, DAY_S = 86400 };

void account_settings_init(struct account_settings *s)
{
	*s = (struct account_settings){.max_age_days = MAX_AGE_DAYS,
				       .replication_wait_s = REPLICATION_WAIT_S};
	discover_settings_init(&s->directory);
}

bool account_settings_by_command(const struct account_settings *s)
{
	return s->command_line != NULL;
}

/* ---- the file ---- */

/* Its age is the password's: it is written when the password is set. */
static int look_at_file(struct account_settings *s, struct err *err)
{
	const struct limit *limit = &s->directory.common.limit;
	struct stat st;
	struct file f;

	int there = file_exists(s->account_file, limit, err);
	if (there <= 0)
		return there;
	if (file_open(&f, "password file ", s->account_file, limit, err))
		return -1;
	bool is_file = file_stat(&f, &st, err) && S_ISREG(st.st_mode);
	file_close(&f);
	if (!is_file)
		return err_set(err, ERR_USAGE, "password file %s: it is no regular file",
			       s->account_file);
	s->has_file = true;
	s->file_days = difftime(time(NULL), st.st_mtime) / DAY_S;
	return 0;
}

/* Whether the file at the path is the one that is locked, and has not been replaced meanwhile. */
static bool is_current(const struct account_settings *s)
{
	struct stat locked, named;

	return fstat(s->lock, &locked) == 0 && stat(s->account_file, &named) == 0 &&
	       locked.st_dev == named.st_dev && locked.st_ino == named.st_ino;
}

static int lock_once(struct account_settings *s, struct err *err)
{
	const struct limit *limit = &s->directory.common.limit;
	const int flags = O_CLOEXEC | O_NOCTTY | O_NONBLOCK;

	s->lock = open(s->account_file, O_RDWR | flags); /* NFS wants that of an exclusive lock */
	if (s->lock < 0)
		s->lock = open(s->account_file, O_RDONLY | flags);
	int error = s->lock < 0 ? errno : file_lock(s->lock, limit->until_us);
	if (!error)
		return 0;
	if (error == EINTR)
		return interrupt_set_err(err, "while another process reset the password",
					 limit_begun_us(limit));
	return err_set(err, ERR_LOCAL, "password file %s: %s", s->account_file,
		       error == EWOULDBLOCK ? "another process is resetting it"
					    : text_errno(error));
}

static void unlock(struct account_settings *s)
{
	if (s->lock > 0)
		close(s->lock);
	s->lock = 0;
}

static int lock(struct account_settings *s, struct err *err)
{
	do {
		unlock(s);
		if (lock_once(s, err))
			return -1;
	} while (!is_current(s));
	return look_at_file(s, err);
}

/* A file from the future tells nothing of its age; a file server's clock may be a little ahead. */
static bool is_young(const struct account_settings *s)
{
	enum { AHEAD_DAYS = 1 };

	return s->action == ACCOUNT_RESET && s->has_file && s->max_age_days > 0 &&
	       s->file_days > -AHEAD_DAYS && s->file_days < s->max_age_days;
}

static bool changes_password(const struct account_settings *s)
{
	return s->action == ACCOUNT_CREATE || s->action == ACCOUNT_RESET;
}

static int read_secrets(struct account_settings *s, struct err *err)
{
	const struct limit *limit = &s->directory.common.limit;

	if (!changes_password(s))
		return 0;
	if (s->has_file && secret_read_file(&s->old, s->account_file, limit, err))
		return err_prefix(err, "--account-file: ");
	if (!s->new_password_file)
		return 0;
	if (secret_read_file(&s->given, s->new_password_file, limit, err))
		return err_prefix(err, "--new-password-file: ");
	return 0;
}

/* ---- what belongs together ---- */

static bool is_same_file(const char *path, const char *other)
{
	struct stat a, b;

	if (!other)
		return false;
	return !strcmp(path, other) || (stat(path, &a) == 0 && stat(other, &b) == 0 &&
					a.st_dev == b.st_dev && a.st_ino == b.st_ino);
}

/* It is written or removed: it must not be somebody else's. An account that may change its own
 * password is both. */
static int check_file(const struct account_settings *s, struct err *err)
{
	const struct settings *common = &s->directory.common;
	const char *user = common->username;

	if (!strcmp(s->account_file, "-"))
		return err_set(err, ERR_USAGE,
			       "--account-file: it is written, and cannot be \"-\"");
	if (is_same_file(s->account_file, common->password_file) &&
	    !(user && s->account && !strcasecmp(user, s->account)))
		return err_set(err, ERR_USAGE,
			       "--account-file: %s has the administrator's password "
			       "(--password-file)",
			       s->account_file);
	return 0;
}

static int check_use(const struct account_settings *s, struct err *err)
{
	if (changes_password(s) && !s->account_file)
		return err_set(err, ERR_USAGE,
			       "where is the new password to be kept? give --account-file=FILE");
	if (s->prove_line && !changes_password(s))
		return err_set(err, ERR_USAGE, "--prove: no password is changed here");
	if (s->then_line && !changes_password(s))
		return err_set(err, ERR_USAGE, "--then: no account is made or changed here");
	if (s->ou && s->action != ACCOUNT_CREATE)
		return err_set(err, ERR_USAGE, "--ou says where an account is made, by create");
	if (s->ou && !strchr(s->ou, '='))
		return err_set(err, ERR_USAGE,
			       "--ou: \"%.80s\" is no DN, such as OU=Tests,DC=example,DC=org",
			       s->ou);
	return 0;
}

static int check_command(const struct account_settings *s, struct err *err)
{
	const struct discover_settings *d = &s->directory;

	if (!s->account)
		return err_set(err, ERR_USAGE, "--command: whose password? give --account=USER");
	if (d->domain_controller || d->domain)
		return err_set(err, ERR_USAGE,
			       "--command and --domain-controller: only one can be right");
	if (changes_password(s) && !s->prove_line) {
		err_set(err, ERR_USAGE,
			"--command needs --prove: what logs on by the new password");
		err_hint(err, "such as --prove=\"check_imap_full --light -H HOST -U %%u "
			      "--password-file -\"");
		return -1;
	}
	return 0;
}

/* A password is never sent in the clear. */
static int check_directory(struct account_settings *s, struct err *err)
{
	struct discover_settings *d = &s->directory;

	if (d->auth == DIRECTORY_AUTO && !d->common.username)
		return err_set(err, ERR_USAGE, "who %s? give -U, or --auth=gssapi",
			       s->action == ACCOUNT_SHOW ? "asks the directory"
							 : "changes the account");
	if (discover_settings_directory(d, err))
		return -1;
	if (d->controller.mode == TLS_MODE_PLAINTEXT && d->auth != DIRECTORY_GSSAPI)
		return err_set(err, ERR_USAGE,
			       "--domain-controller: passwords are not sent in the clear: leave "
			       "out PLAIN");
	/* GSSAPI encrypts by itself, but not the logon by which the new password is proved */
	return d->controller.mode == TLS_MODE_PLAINTEXT ? discover_settings_trust(d, err) : 0;
}

static int parse(struct command *c, const char *name, const char *line, const char *user,
		 struct err *err)
{
	if (!line || !user)
		return 0;
	return command_parse(c, line, user, err) ? err_prefix(err, "%s: ", name) : 0;
}

int account_settings_finish(struct account_settings *s, struct err *err)
{
	if (check_use(s, err))
		return -1;
	if (s->account_file && (check_file(s, err) || look_at_file(s, err)))
		return -1;
	if (!is_young(s) && s->action == ACCOUNT_RESET && s->has_file && lock(s, err))
		return -1;
	if (is_young(s))
		return 1;
	bool by_command = account_settings_by_command(s);
	if (by_command ? check_command(s, err) : check_directory(s, err))
		return -1;
	if (parse(&s->command, "--command", s->command_line, s->account, err) ||
	    parse(&s->prove, "--prove", s->prove_line, s->account ? s->account : "", err))
		return -1;
	return read_secrets(s, err);
}

void account_settings_free(struct account_settings *s)
{
	unlock(s);
	command_free(&s->command);
	command_free(&s->prove);
	secret_free(&s->old);
	secret_free(&s->given);
	discover_settings_free(&s->directory);
}

/* secret.h - a password in memory: one owner, wiped before it is freed */
#ifndef MAILFLOW_SECRET_H
#define MAILFLOW_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/err.h"

/* value is NULL while nothing is known; it is NUL-terminated and holds no other NUL. */
struct secret {
	char *value;
	bool exposed; /* it was read from a file that every user of this machine can read */
};

/* Take a copy of str (at most 4,096 bytes). An earlier value is wiped. Returns 0, or -1 with
 * ERR_USAGE. */
int secret_set(struct secret *s, const char *str, struct err *err);

/* Whether that may be a token of OAuth 2.0: letters, digits and signs of ASCII, 8,192 at most
 * (RFC 6750 section 2.1, and what others put into theirs). What ends a line, or parts what a logon
 * is made of, is none. */
bool secret_may_be_token(const char *str, size_t len);

/* The same for a token of OAuth 2.0. */
int secret_set_token(struct secret *s, const char *str, struct err *err);

/* The first line of the file, without its line end (LF or CRLF) and a byte order mark. "-" is
 * standard input. Waits for it until the limit at most. Returns 0, or -1: ERR_USAGE for what is
 * empty, UTF-16, longer than 4,096 bytes or has a NUL byte, else as file_read. */
int secret_read_file(struct secret *s, const char *path, const struct limit *limit,
		     struct err *err);

/* The same from a descriptor that was open when the program began; closed afterwards, but for
 * standard input. */
int secret_read_descriptor(struct secret *s, int fd, const struct limit *limit, struct err *err);

/* As secret_read_file for a token of OAuth 2.0; ERR_USAGE also for what cannot be one. */
int secret_read_token(struct secret *s, const char *path, const struct limit *limit,
		      struct err *err);

/* From the file of that name in systemd's $CREDENTIALS_DIRECTORY, unless the secret is set already;
 * is_token: as secret_read_token. Without that directory, or the file in it, nothing changes.
 * Returns 0, or -1 as secret_read_file. */
int secret_read_credential(struct secret *s, const char *name, bool is_token,
			   const struct limit *limit, struct err *err);

/* The number of a descriptor that is open for reading, as an option names it: nobody else is to
 * inherit it. Returns it, or -1 with ERR_USAGE. */
int secret_parse_descriptor(const char *text, struct err *err);

/* From an environment variable, which is wiped and unset: nobody inherits it. One that is empty or
 * not set changes nothing. Returns 0, or -1 as secret_set. */
int secret_take_environment(struct secret *s, const char *name, struct err *err);

/* Wipe and unset it, if it is set. */
void secret_wipe_environment(const char *name);

/* The same of all passwords that nobody has taken, because something else was given: once what is
 * to be done is known. A client's secret stays, for commands that are run later. */
void secret_forget_environment(void);

/* Ask for it without echo, as prompt_ask does. Returns 0, or -1: ERR_USAGE when there is no
 * terminal or nothing was entered, else as prompt_ask. */
int secret_prompt(struct secret *s, const char *question, struct limit *limit, struct err *err);

bool secret_is_set(const struct secret *s);

/* Wipe and free; accepts a zeroed struct. */
void secret_free(struct secret *s);

/* Overwrite a string that stays where it is, e.g. in argv. */
void secret_wipe_str(char *str);

#endif

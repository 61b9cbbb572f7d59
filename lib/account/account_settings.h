/* account_settings.h - the options of mailflow_test_account, and what they come to */
#ifndef MAILFLOW_ACCOUNT_SETTINGS_H
#define MAILFLOW_ACCOUNT_SETTINGS_H

#include "base/command.h"
#include "discover/discover_settings.h"

enum account_action { ACCOUNT_CREATE, ACCOUNT_RESET, ACCOUNT_REMOVE, ACCOUNT_SHOW };

struct account_settings {
	struct discover_settings directory; /* where, and as whom */
	enum account_action action;

	/* as given */
	const char *account; /* NULL: named after the site */
	const char *account_file, *new_password_file, *ou;
	const char *command_line, *prove_line, *then_line;
	unsigned int max_age_days, replication_wait_s;
	bool what_if;

	/* made by account_settings_finish */
	struct command command, prove;
	int lock;            /* of the file; 0: none */
	bool has_file;       /* there is one */
	double file_days;    /* how old it is */
	struct secret old;   /* what it holds */
	struct secret given; /* of new_password_file */
};

void account_settings_init(struct account_settings *s);

/* After parsing: files are read, and what cannot be together is refused. One process at a time
 * resets the password in a file: the others wait here. Returns 0, or -1 with the error set; 1 where
 * there is nothing to do, for the password is not old enough. */
int account_settings_finish(struct account_settings *s, struct err *err);

/* Whether a command of the administrator's does it, and no directory is asked. */
bool account_settings_by_command(const struct account_settings *s);

void account_settings_free(struct account_settings *s);

/* The groups of rows, for lists of tables (options.h). */
extern const struct option_def account_options[], account_directory_options[],
	account_command_options[], account_other_options[];

#endif

/* account_options.c - the rows of mailflow_test_account's option table, and what is said of them */
#include <stddef.h>

#include "account/account_settings.h"

const struct option_def account_options[] = {
	{.group = "Account",
	 .name = "account",
	 .arg = "USER",
	 .help = "the test account: its name, address or DN (default, in Active Directory: "
		 "extest_ and the first 13 digits of the site's GUID)",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct account_settings, account),
	 .engine = true},
	{.name = "account-file",
	 .arg = "FILE",
	 .help = "its password file, that of --password-file of the plugins: the new password is "
		 "written there as a whole, with mode 0600, or for the file's group, too, where "
		 "that alone could read it before",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct account_settings, account_file),
	 .engine = true},
	{.name = "password-max-age",
	 .arg = "DAYS",
	 .help = "reset does nothing where that file is younger, {min} to {max}; 0: it always does "
		 "(default: {})",
	 .kind = OPTION_UINT,
	 .min = 0,
	 .max = 3650,
	 .offset = offsetof(struct account_settings, max_age_days),
	 .engine = true},
	{.name = "new-password-file",
	 .arg = "FILE",
	 .help = "set the password that is the first line of FILE; \"-\" is standard input "
		 "(default: a random one)",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct account_settings, new_password_file)},
	{.name = "ou",
	 .arg = "DN",
	 .help = "where create makes the account (default, in Active Directory: CN=Users)",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct account_settings, ou),
	 .engine = true},
	{0},
};

const struct option_def account_directory_options[] = {
	{.name = "site",
	 .arg = "NAME",
	 .help = "the site that the account is named after, and whose domain controllers are asked "
		 "(default: that of the domain controller)",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct account_settings, directory.site),
	 .engine = true},
	{.name = "base",
	 .arg = "DN",
	 .help = "where to look for the account (default: what the server names)",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct account_settings, directory.base),
	 .engine = true},
	{.name = "replication-wait",
	 .arg = "SECONDS",
	 .help = "where the new password is refused, wait so long for the directory's other "
		 "servers before the second try, which is the last, {min} to {max} (default: {})",
	 .kind = OPTION_UINT,
	 .min = 0,
	 .max = 300,
	 .offset = offsetof(struct account_settings, replication_wait_s),
	 .engine = true},
	{0},
};

const struct option_def account_command_options[] = {
	{.group = "Commands",
	 .name = "command",
	 .arg = "COMMAND",
	 .help = "instead of a directory: run COMMAND, which reads the new password from its "
		 "standard input, and sets it. It is run without a shell: blanks part its words, "
		 "quotation marks keep them together, and %u is the user",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct account_settings, command_line)},
	{.name = "prove",
	 .arg = "COMMAND",
	 .help = "log on by COMMAND, too, which reads the new password from its standard input, "
		 "and ends with 0 if it is good. --command needs it",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct account_settings, prove_line)},
	{.name = "then",
	 .arg = "COMMAND",
	 .help = "run COMMAND in the end, such as one that makes the mailbox; it gets no password",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct account_settings, then_line)},
	{0},
};

const struct option_def account_other_options[] = {
	{.group = "Questions",
	 .name = "what-if",
	 .letter = 'n',
	 .alias = "dry-run",
	 .help = "only say what would be done (also --dry-run): the directory is read, and nothing "
		 "changed",
	 .kind = OPTION_FLAG,
	 .offset = offsetof(struct account_settings, what_if)},
	{.name = "confirm",
	 .arg = "yes|no",
	 .optional = true,
	 .help = "ask on the terminal before anything is changed; reset and remove do so by "
		 "themselves where there is one. With no, ask nothing at all, not even for a "
		 "password that is not given",
	 .kind = OPTION_CALL,
	 .call = settings_set_confirm},
	{0},
};

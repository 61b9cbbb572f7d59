/* logon_options.c - the options of logging on, which all plugins share, and what is said of them */
#include <stddef.h>

#include "config/settings.h"
#include "config/shared_options.h"

const struct option_def shared_password_options[] = {
	{.group = "Logon",
	 .name = "username",
	 .letter = 'U',
	 .arg = "USER",
	 .help = "name to log on with",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct settings, username),
	 .engine = true},
	{.name = "password-file",
	 .arg = "FILE",
	 .help = "read the password from the first line of FILE; \"-\" is standard input",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct settings, password_file),
	 .engine = true},
	{.name = "password-fd",
	 .arg = "N",
	 .help = "read it from the first line of the open descriptor N; 0 is standard input",
	 .kind = OPTION_CALL,
	 .call = settings_set_password_fd},
	{.name = "password",
	 .letter = 'P',
	 .arg = "PASSWORD",
	 .help = "the password itself. It is wiped from the process list at once, but may be seen "
		 "before, and in the shell's history: see \"Passwords\" below",
	 .kind = OPTION_CALL,
	 .call = settings_set_password,
	 .secret = true},
	{0},
};

const struct option_def shared_logon_options[] = {
	{.name = "auth",
	 .arg = "MECH[,...]",
	 .help = "log on by these mechanisms only, the first that the server offers (default: the "
		 "first of {} that both sides have; GSSAPI only with --keytab, or where KRB5CCNAME "
		 "or KRB5_CLIENT_KTNAME is set). Others are used only where they are named here: "
		 "ANONYMOUS; NTLM, which is version 1; for POP3 APOP, which is MD5 and does not "
		 "work after STLS",
	 .kind = OPTION_CALL,
	 .call = logon_settings_set_auth,
	 .show = logon_settings_show_order,
	 .values = logon_settings_show_order,
	 .engine = true},
	{.name = "authzid",
	 .arg = "NAME",
	 .help = "act for NAME, where a mechanism has that",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct settings, logon.authzid),
	 .engine = true},
	{.name = "oauth-token-file",
	 .arg = "FILE",
	 .help = "read an OAuth 2.0 access token from the first line of FILE",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct settings, logon.token_file),
	 .engine = true},
	{.name = "oauth-token-command",
	 .arg = "COMMAND",
	 .help = "run COMMAND, which prints an access token and nothing else. It is run without a "
		 "shell: blanks part its words, quotation marks keep them together, and %u is the "
		 "user name; what it says on standard error is not shown",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct settings, logon.token_command)},
	{.name = "provider",
	 .arg = "NAME",
	 .help = "get an access token by mailflow_oauth_token from that provider: a section of "
		 "its file, or microsoft or google",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct settings, logon.provider),
	 .engine = true},
	{.name = "client-cert",
	 .arg = "FILE",
	 .help = "show the certificate in FILE (PEM, with those of its issuers) to servers that "
		 "ask for one, and log on by it where EXTERNAL is offered; also a PKCS#11 URL. A "
		 "password is not needed then",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct settings, logon.client_cert),
	 .engine = true},
	{.name = "client-key",
	 .arg = "FILE",
	 .help = "its key (default: in the file of the certificate); also a PKCS#11 URL, with "
		 "?pin-source=FILE for the PIN",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct settings, logon.client_key),
	 .engine = true},
	{.name = "keytab",
	 .arg = "FILE",
	 .help = "get Kerberos tickets by the key in FILE, for GSSAPI (default: what "
		 "KRB5_CLIENT_KTNAME and KRB5CCNAME name)",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct settings, logon.keytab),
	 .engine = true},
	{0},
};

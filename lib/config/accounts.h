/* accounts.h - a file of accounts: which mailboxes to test, and how to log on to each
 *
 *   [defaults]                          what they share; %u is the section's name (sections.h)
 *   endpoint = mail.example.org:993:SSL  HOST[:PORT[:TYPE]], several with commas; default: -H
 *   back-end = mbx01.example.org:1993   servers behind them that are tested beside them; default:
 *                                       --back-end
 *   [alice@example.org]                 a section a mailbox; its name is what reports call it
 *   username = alice                    default: the section's name
 *   password-file = /etc/nagios/alice   or password, oauth-token-file, oauth-token-command,
 *                                       provider
 *   auth = scram-sha-256, plain         mechanisms; default: --auth, else the best
 *   authzid = alice
 *   mailbox = INBOX                     for IMAP
 *   mailto = alice@example.org          default: the section's name, whichever is an
 *                                       address
 *   mailfrom = probe@example.org        default: that of mailto
 *   smtp = smtp.example.org:587         where the test message is handed in; default: --smtp
 *   smtp-username = relay               default: username
 *   smtp-password-file = /etc/pw        or smtp-password, smtp-oauth-token-file,
 *                                       smtp-oauth-token-command, smtp-provider
 *   smtp-auth = login                   or none
 *   enabled = yes                       no: skipped
 *   reason = POP3 is switched off       and why
 *
 * endpoint and back-end may be given again. */
#ifndef MAILFLOW_ACCOUNTS_H
#define MAILFLOW_ACCOUNTS_H

#include "base/clock.h"
#include "base/secret.h"
#include "config/endpoint_list.h"
#include "config/sections.h"
#include "net/endpoint.h"

/* The same for --help. */
#define ACCOUNTS_HELP                                                                              \
	"File of accounts\n"                                                                       \
	"  An ini file, one section a mailbox; its name is what the reports call it.\n"            \
	"    [alice@example.org]\n"                                                                \
	"    endpoint = mail.example.org:993:SSL  several with commas (default: -H)\n"             \
	"    back-end = mbx01.example.org:1993    default: --back-end\n"                           \
	"    username = alice                     default: the section's name\n"                   \
	"    password-file = /etc/nagios/alice    or password, oauth-token-file,\n"                \
	"                                         oauth-token-command, provider\n"                 \
	"    auth = scram-sha-256, plain          default: --auth, else the best\n"                \
	"    authzid = alice\n"                                                                    \
	"    mailbox = INBOX                      for IMAP\n"                                      \
	"    mailto = alice@example.org           default: the section's name\n"                   \
	"    mailfrom = probe@example.org         default: that of mailto\n"                       \
	"    smtp = smtp.example.org:587          default: --smtp\n"                               \
	"    smtp-username = relay                default: username\n"                             \
	"    smtp-password-file = /etc/pw         or smtp-password, and so on\n"                   \
	"    smtp-auth = login                    or none\n"                                       \
	"    enabled = yes                        no: skipped\n"                                   \
	"    reason = on leave                    and why\n"                                       \
	"  Keys may be written in any case. What an account does not say is taken from\n"          \
	"  the section [defaults], in which %u stands for the account's name, else from\n"         \
	"  the options. So one credential serves all: username = %u*master for Dovecot.\n"         \
	"  A password goes with the user it stands with: an account with a user of its\n"          \
	"  own and no secret is refused, unless [defaults] has a secret and no user.\n"

enum { ACCOUNT_NAME_MAX = 254, ACCOUNT_ENDPOINTS_MAX = 1000 };

/* Who logs on to one server, and with what; what was not said is NULL. */
struct account_logon {
	char *username;
	char *password_file, *token_file, *token_command, *provider;
	struct secret password;
	char *auth; /* as written */
};

struct account {
	struct section section;
	bool disabled;
	char *reason;
	struct account_logon mailbox_logon, smtp_logon;
	char *authzid;
	char *mailbox, *mailto;
	char *mailfrom;       /* "": the null sender */
	struct endpoint smtp; /* as written; host "": not said */
	/* as written: what was left open is so */
	struct endpoint_list front, behind;
};

/* Zero-initialised. */
struct accounts {
	struct account *item;
	size_t count;
};

/* Read the file ("-": standard input), until the limit. Returns 0, or -1 with ERR_USAGE that names
 * file and line. */
int accounts_read(struct accounts *a, const char *path, const struct limit *limit, struct err *err);

/* Whether it says what its SMTP user logs on with. */
bool account_has_smtp_secret(const struct account *a);

/* Whether a password is written in the file itself. */
bool accounts_hold_password(const struct accounts *a);

/* Accepts a zeroed struct. */
void accounts_free(struct accounts *a);

#endif

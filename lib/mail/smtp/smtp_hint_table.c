/* smtp_hint_table.c - what refusals over SMTP mean, and what a person can do about them: rows */
#include "mail/smtp/smtp_hint_table.h"

#include <stddef.h>

#define WRONG_PASSWORD                                                                             \
	{                                                                                          \
		"smtp-auth-failed", "wrong user or password"                                       \
	}
#define APP_PASSWORD                                                                               \
	{                                                                                          \
		"smtp-app-password", "the account needs an application password"                   \
	}
#define NEEDS_OAUTH                                                                                \
	{                                                                                          \
		"smtp-oauth", "passwords are switched off there: use OAuth, --oauth-token-file"    \
	}
#define SMTP_AUTH_OFF                                                                              \
	{                                                                                          \
		"smtp-auth-off", "SMTP AUTH is switched off for the mailbox or the tenant"         \
	}
#define NEEDS_LOGON                                                                                \
	{                                                                                          \
		"smtp-logon-needed",                                                               \
			"the server wants a logon before mail: --smtp-username, or -U"             \
	}
#define NEEDS_TLS                                                                                  \
	{                                                                                          \
		"smtp-tls-needed", "the server wants TLS first: type TLS or SSL, not PLAIN"        \
	}
#define NOT_SENDER                                                                                 \
	{                                                                                          \
		"smtp-not-sender", "the user logged on may not send as this sender: --mailfrom"    \
	}
#define NO_RELAY                                                                                   \
	{                                                                                          \
		"smtp-no-relay", "the server does not relay there: log on, or another recipient"   \
	}
#define NO_RECIPIENT                                                                               \
	{                                                                                          \
		"smtp-no-recipient", "the recipient does not exist: --mailto, or --rcptto"         \
	}
#define MAILBOX_FULL                                                                               \
	{                                                                                          \
		"smtp-mailbox-full", "the recipient's mailbox is full"                             \
	}
#define GREYLISTED                                                                                 \
	{                                                                                          \
		"smtp-greylisted", "greylisted: passes later, or exempt this client there"         \
	}
#define BLOCK_LISTED                                                                               \
	{                                                                                          \
		"smtp-block-listed", "this client's address is on a block list"                    \
	}
#define CLIENT_REFUSED                                                                             \
	{                                                                                          \
		"smtp-client-refused", "the server takes no mail from this client's address"       \
	}
#define SPAM                                                                                       \
	{                                                                                          \
		"smtp-spam", "its spam filter has taken the test message: exempt it there"         \
	}
#define AUTH_SERVICE                                                                               \
	{                                                                                          \
		"smtp-auth-service",                                                               \
			"the service that checks passwords is down: see the server's log"          \
	}
#define LOOKUP                                                                                     \
	{                                                                                          \
		"smtp-lookup",                                                                     \
			"a table or directory behind the server does not answer: see its log"      \
	}
#define BAD_NAME                                                                                   \
	{                                                                                          \
		"smtp-bad-name",                                                                   \
			"an address or host name is not complete: sender, recipient, EHLO"         \
	}
#define SENDER_DOMAIN                                                                              \
	{                                                                                          \
		"smtp-sender-domain",                                                              \
			"the sender's domain does not exist, or DNS fails there: --mailfrom"       \
	}
#define SENDING_BLOCKED                                                                            \
	{                                                                                          \
		"smtp-sending-blocked", "the account or tenant is blocked from sending"            \
	}

/* Who has sent too much is kept out for a while: Exchange Online (432 without that code is a
 * password's), Gmail. */
static const struct smtp_row limits[] = {
	{432,
	 "4.3.2",
	 NULL,
	 NULL,
	 {"smtp-limited", "the server limits this account for a while: connections or messages"}},
	{0,
	 "4.7.28",
	 NULL,
	 NULL,
	 {"smtp-limited-client", "the server limits this client or sender for a while"}},
	{0,
	 "5.4.5",
	 NULL,
	 NULL,
	 {"smtp-limited-day", "the account has sent as much as it may: limited for up to a day"}},
};

/* From the top, the first row that fits is taken: well-known words (Postfix, Exim, sendmail,
 * Exchange, Gmail) say more than codes, and enhanced codes more than those. */
static const struct smtp_row rows[] = {
	/* logon */
	{0, NULL, "Basic authentication is", NULL, NEEDS_OAUTH},
	{0, NULL, "SmtpClientAuthentication is disabled", NULL, SMTP_AUTH_OFF},
	{0, "5.7.139", "user credentials were incorrect", NULL, WRONG_PASSWORD},
	{0, "5.7.139", "security defaults", NULL, NEEDS_OAUTH},
	{0,
	 "5.7.139",
	 "locked",
	 NULL,
	 {"smtp-locked", "the account is locked: too many wrong passwords?"}},
	{0,
	 "5.7.139",
	 "the request did not meet the criteria",
	 NULL,
	 {"smtp-conditional-access", "a policy of the tenant (conditional access) forbids it"}},
	{0, NULL, "Application-specific password", NULL, APP_PASSWORD},
	{535,
	 NULL,
	 "BadCredentials",
	 NULL,
	 {"smtp-auth-failed-gmail",
	  "wrong user or password; Gmail takes application passwords or OAuth only"}},
	{0, NULL, "password expired", NULL, {"smtp-expired", "the password has expired"}},
	{0, NULL, "password has expired", NULL, {"smtp-expired", "the password has expired"}},
	{0, NULL, "authentication server", "AUTH", AUTH_SERVICE},
	{0,
	 NULL,
	 "authentication mechanism",
	 "AUTH",
	 {"smtp-mechanism", "the server does not accept this way to log on, or only after TLS"}},
	{535, NULL, "generic failure", "AUTH", AUTH_SERVICE},
	{0, NULL, "Must issue a STARTTLS", NULL, NEEDS_TLS},
	{0, NULL, "not logged in", NULL, NEEDS_LOGON},
	{0, NULL, "was not authenticated", NULL, NEEDS_LOGON},
	{0, NULL, "Client not authenticated", NULL, NEEDS_LOGON},
	{550, NULL, "Authentication required", NULL, NEEDS_LOGON},
	{554, NULL, "Authentication required", NULL, NEEDS_LOGON},
	/* sender, client, recipient */
	{0, NULL, "not owned by user", NULL, NOT_SENDER},
	{0, NULL, "SendAsDenied", NULL, NOT_SENDER},
	{0, NULL, "bad outbound sender", NULL, SENDING_BLOCKED},
	{0, NULL, "need fully-qualified", NULL, BAD_NAME},
	{0, NULL, "greylist", NULL, GREYLISTED},
	{0, NULL, "graylist", NULL, GREYLISTED},
	{0, NULL, "blocked using", NULL, BLOCK_LISTED},
	{0, NULL, "block list", NULL, BLOCK_LISTED},
	{0, NULL, "blocklist", NULL, BLOCK_LISTED},
	{0, NULL, "blacklist", NULL, BLOCK_LISTED},
	{0,
	 NULL,
	 "Client host rejected: cannot find your",
	 NULL,
	 {"smtp-reverse-dns", "the client's address has no matching reverse DNS name"}},
	{0, NULL, "Client host rejected", NULL, CLIENT_REFUSED},
	{0,
	 NULL,
	 "Helo command rejected",
	 NULL,
	 {"smtp-helo-name", "the server does not like this machine's own name: see hostname"}},
	{0, NULL, "Sender address rejected: Domain not found", NULL, SENDER_DOMAIN},
	{0, NULL, "lookup failure", NULL, LOOKUP},
	{0, NULL, "lookup error", NULL, LOOKUP},
	{0, NULL, "Relay access denied", NULL, NO_RELAY},
	{0, NULL, "Relaying denied", NULL, NO_RELAY},
	{0, NULL, "relay not permitted", NULL, NO_RELAY},
	{0, NULL, "Unable to relay", NULL, NO_RELAY},
	{0, NULL, "User unknown", NULL, NO_RECIPIENT},
	{550, NULL, "No such user", NULL, NO_RECIPIENT},
	{0, NULL, "over quota", NULL, MAILBOX_FULL},
	{0, NULL, "quota exceeded", NULL, MAILBOX_FULL},
	{0, NULL, "mailbox is full", NULL, MAILBOX_FULL},
	{0, NULL, "mailbox full", NULL, MAILBOX_FULL},
	{0, "5.7.501", NULL, NULL, SENDING_BLOCKED},
	{0, NULL, "unsolicited", NULL, SPAM},
	{0, NULL, "spam", "end of DATA", SPAM},
	{0,
	 NULL,
	 "virus",
	 "end of DATA",
	 {"smtp-filtered", "a content filter has taken the test message: exempt it there"}},
	/* enhanced codes */
	{0, ".1.0", NULL, NULL, {"smtp-1-0", "the address is not accepted"}},
	{0, ".1.1", NULL, NULL, NO_RECIPIENT},
	{0,
	 ".1.2",
	 NULL,
	 NULL,
	 {"smtp-1-2", "the recipient's domain does not exist or takes no mail"}},
	{0, ".1.3", NULL, NULL, {"smtp-1-3", "the recipient's address is malformed"}},
	{0, ".1.4", NULL, NULL, {"smtp-1-4", "the recipient's address is ambiguous"}},
	{0, ".1.6", NULL, NULL, {"smtp-1-6", "the recipient has moved"}},
	{0,
	 ".1.7",
	 NULL,
	 NULL,
	 {"smtp-1-7", "the sender's address is malformed or not accepted: --mailfrom"}},
	{0, ".1.8", NULL, NULL, SENDER_DOMAIN},
	{0, ".1.9", NULL, NULL, {"smtp-1-9", "the next server would not take it as it is"}},
	{0,
	 ".1.10",
	 NULL,
	 NULL,
	 {"smtp-1-10", "the recipient does not exist, or its domain takes no mail"}},
	{0,
	 "5.1.90",
	 NULL,
	 NULL,
	 {"smtp-1-90", "the account has sent to as many as it may: limited for up to a day"}},
	{0, ".2.0", NULL, "RCPT TO", {"smtp-2-0", "the recipient's mailbox takes no mail now"}},
	{0, ".2.1", NULL, NULL, {"smtp-2-1", "the recipient's mailbox is disabled"}},
	{0, ".2.2", NULL, NULL, MAILBOX_FULL},
	{0,
	 ".2.3",
	 NULL,
	 NULL,
	 {"smtp-2-3", "the message is larger than the recipient's mailbox takes"}},
	{0, ".2.4", NULL, NULL, {"smtp-2-4", "the recipient is a list that cannot be expanded"}},
	{0, "5.2.252", NULL, NULL, NOT_SENDER},
	{0, ".3.0", NULL, NULL, {"smtp-3-0", "a fault in the mail system: see the server's log"}},
	{0, ".3.1", NULL, NULL, {"smtp-3-1", "the server is short of disk space or memory"}},
	{0,
	 ".3.2",
	 NULL,
	 NULL,
	 {"smtp-3-2",
	  "the server takes no mail at present: shut down, inactive or in maintenance"}},
	{0, ".3.4", NULL, NULL, {"smtp-3-4", "the message is larger than the server takes"}},
	{0, "5.3.3", NULL, NULL, {"smtp-3-3", "the server does not know this command"}},
	{0, ".3.5", NULL, NULL, {"smtp-3-5", "the server is configured wrongly: see its log"}},
	{0, ".4.0", NULL, NULL, {"smtp-4-0", "the way to the recipient fails: network or DNS"}},
	{0,
	 ".4.1",
	 NULL,
	 NULL,
	 {"smtp-4-1", "the server cannot reach the next one, or knows no such recipient"}},
	/* of its own connection, to us (Postfix, Exchange) */
	{421,
	 ".4.2",
	 NULL,
	 NULL,
	 {"smtp-4-2-own", "the server ends the connection: it waited too long, or lost it"}},
	{0, ".4.2", NULL, NULL, {"smtp-4-2", "the server lost its connection to the next one"}},
	{0, ".4.3", NULL, NULL, {"smtp-4-3", "the server cannot look up where to deliver"}},
	{0, ".4.4", NULL, NULL, {"smtp-4-4", "the server finds no route to the recipient"}},
	{0, ".4.5", NULL, NULL, {"smtp-4-5", "the mail system is congested"}},
	{0, ".4.6", NULL, NULL, {"smtp-4-6", "the mail loops between servers"}},
	{0, ".4.7", NULL, NULL, {"smtp-4-7", "it could not be delivered in time"}},
	{0,
	 ".5.1",
	 NULL,
	 NULL,
	 {"smtp-5-1", "the server wants another command first, such as EHLO or a logon"}},
	{504, "5.5.2", NULL, NULL, BAD_NAME}, /* Postfix, of addresses and EHLO */
	{0,
	 "5.5.2",
	 "hello first",
	 NULL,
	 {"smtp-5-2-hello", "the server misses an EHLO before it"}},
	{0, "5.5.2", NULL, NULL, {"smtp-5-2", "the server did not understand the command"}},
	{0, ".5.3", NULL, NULL, {"smtp-5-3", "too many recipients"}},
	{0,
	 "5.5.4",
	 NULL,
	 "EHLO",
	 {"smtp-5-4-ehlo", "the server does not accept this machine's own name: see hostname"}},
	{0,
	 "5.5.4",
	 NULL,
	 NULL,
	 {"smtp-5-4", "the server does not accept a parameter of the command"}},
	{0, ".5.5", NULL, NULL, {"smtp-5-5", "the server speaks another version of the protocol"}},
	{0, ".5.6", NULL, NULL, {"smtp-5-6", "the logon is longer than the server takes"}},
	{0, ".6.0", NULL, NULL, {"smtp-6-0", "the server does not accept the message's content"}},
	{0, ".6.1", NULL, NULL, {"smtp-6-1", "the server does not take this kind of content"}},
	{0, ".6.3", NULL, NULL, {"smtp-6-3", "the message would have to be converted"}},
	{0,
	 ".6.7",
	 NULL,
	 NULL,
	 {"smtp-6-7", "the server cannot take non-ASCII addresses (SMTPUTF8)"}},
	{0, ".7.0", NULL, "AUTH", AUTH_SERVICE},
	/* "Temporary server error. PRX2": Exchange's front end did not reach its back end */
	{451,
	 ".7.0",
	 NULL,
	 NULL,
	 {"smtp-back-end",
	  "an error on the server, or it cannot reach the one behind it: see its log"}},
	{421,
	 ".7.0",
	 NULL,
	 NULL,
	 {"smtp-limited-client", "the server limits this client or sender for a while"}},
	{530, ".7.0", NULL, NULL, {"smtp-530", "the server wants TLS or a logon first"}},
	{0, ".7.2", NULL, NULL, {"smtp-7-2", "the sender may not write to that list"}},
	{530, ".7.3", NULL, NULL, NEEDS_LOGON},
	{0,
	 ".7.3",
	 NULL,
	 NULL,
	 {"smtp-7-3", "wrong user or password, or this way to log on is not allowed here"}},
	{0,
	 ".7.4",
	 NULL,
	 NULL,
	 {"smtp-mechanism", "the server does not accept this way to log on, or only after TLS"}},
	{0, ".7.5", NULL, NULL, {"smtp-7-5", "a cryptographic failure on the server: see its log"}},
	{0, ".7.8", NULL, NULL, WRONG_PASSWORD},
	{0,
	 ".7.9",
	 NULL,
	 NULL,
	 {"smtp-7-9",
	  "the server wants a stronger way to log on, such as an application password"}},
	{0, ".7.10", NULL, NULL, NEEDS_TLS},
	{0, ".7.11", NULL, NULL, NEEDS_TLS},
	{0, ".7.12", NULL, NULL, {"smtp-7-12", "the password must be changed or set anew first"}},
	{0, ".7.13", NULL, NULL, {"smtp-7-13", "the account is disabled"}},
	{0,
	 ".7.14",
	 NULL,
	 NULL,
	 {"smtp-7-14",
	  "the server wants a logon with a browser first, or an application password"}},
	{0, ".7.17", NULL, NULL, {"smtp-7-17", "the mailbox has another owner now"}},
	{0, ".7.18", NULL, NULL, {"smtp-7-18", "the recipient's domain has another owner now"}},
	{0, ".7.20", NULL, NULL, {"smtp-7-20", "no valid DKIM signature"}},
	{0, ".7.21", NULL, NULL, {"smtp-7-20", "no valid DKIM signature"}},
	{0, ".7.22", NULL, NULL, {"smtp-7-22", "no DKIM signature of the sender's domain"}},
	{0,
	 ".7.23",
	 NULL,
	 NULL,
	 {"smtp-7-23", "SPF does not allow this client to send for the sender's domain"}},
	{0, ".7.24", NULL, NULL, {"smtp-7-24", "the SPF record of the sender's domain is broken"}},
	{0,
	 ".7.25",
	 NULL,
	 NULL,
	 {"smtp-reverse-dns", "the client's address has no matching reverse DNS name"}},
	{0, ".7.26", NULL, NULL, {"smtp-7-26", "neither SPF nor DKIM vouches for the sender"}},
	{0, ".7.27", NULL, NULL, {"smtp-7-27", "the sender's domain takes no mail (null MX)"}},
	{0, ".7.29", NULL, NULL, {"smtp-7-29", "the chain of ARC seals is broken"}},
	{0,
	 ".7.30",
	 NULL,
	 "RCPT TO",
	 {"smtp-7-30", "the next server cannot keep the promise of REQUIRETLS"}},
	{0, "5.7.30", NULL, NULL, NEEDS_OAUTH},
	{0, "5.7.54", NULL, NULL, NO_RELAY},
	{0, "5.7.57", NULL, NULL, NEEDS_LOGON},
	{0, "5.7.60", NULL, NULL, NOT_SENDER},
	{0, "5.7.64", NULL, NULL, NO_RELAY},
	{0,
	 "5.7.139",
	 NULL,
	 NULL,
	 {"smtp-7-139",
	  "wrong password, or SMTP AUTH is switched off for the mailbox or the tenant"}},
	{0, "5.7.511", NULL, NULL, BLOCK_LISTED},
	{0, "5.7.606", NULL, NULL, BLOCK_LISTED},
	{0, "5.7.705", NULL, NULL, SENDING_BLOCKED},
	{0, "5.7.708", NULL, NULL, CLIENT_REFUSED},
	{530, ".7.1", NULL, NULL, NEEDS_LOGON},
	{535, ".7.1", NULL, NULL, WRONG_PASSWORD},
	{0,
	 "4.7.1",
	 NULL,
	 NULL,
	 {"smtp-7-1-now", "greylisted or limited by policy: passes later, or exempt this client"}},
	{0,
	 ".7.1",
	 NULL,
	 "end of DATA",
	 {"smtp-filtered", "a content filter has taken the test message: exempt it there"}},
	{0,
	 ".7.1",
	 NULL,
	 "MAIL FROM",
	 {"smtp-7-1-sender", "the server's policy refuses this sender or this client"}},
	{0,
	 ".7.1",
	 NULL,
	 NULL,
	 {"smtp-7-1", "refused by policy: no relaying for this recipient, or sender or client not "
		      "allowed"}},
	{0, ".7.0", NULL, NULL, {"smtp-7-0", "refused by the server's policy: see its log"}},
	/* codes alone */
	{421,
	 NULL,
	 NULL,
	 NULL,
	 {"smtp-421",
	  "the server ends the connection: overloaded, in maintenance, or limiting clients"}},
	{432, NULL, NULL, NULL, {"smtp-7-12", "the password must be changed or set anew first"}},
	{454, NULL, NULL, "AUTH", AUTH_SERVICE},
	{454,
	 NULL,
	 NULL,
	 "STARTTLS",
	 {"smtp-454", "TLS is not available for now: certificate or key? see the server's log"}},
	{504,
	 NULL,
	 NULL,
	 "AUTH",
	 {"smtp-mechanism", "the server does not accept this way to log on, or only after TLS"}},
	{504,
	 NULL,
	 NULL,
	 NULL,
	 {"smtp-504", "the server does not accept a parameter of the command"}},
	{530, NULL, NULL, NULL, {"smtp-530", "the server wants TLS or a logon first"}},
	{534,
	 NULL,
	 NULL,
	 NULL,
	 {"smtp-7-9",
	  "the server wants a stronger way to log on, such as an application password"}},
	{535, NULL, NULL, NULL, WRONG_PASSWORD},
	{538, NULL, NULL, NULL, NEEDS_TLS},
	{450,
	 NULL,
	 NULL,
	 "RCPT TO",
	 {"smtp-450", "the mailbox is busy, or the client is greylisted: passes later?"}},
	{451, NULL, NULL, NULL, {"smtp-451", "an error on the server, or greylisted: see its log"}},
	{452,
	 NULL,
	 NULL,
	 NULL,
	 {"smtp-452", "the server is short of disk space, or there are too many recipients"}},
	{500, NULL, NULL, NULL, {"smtp-3-3", "the server does not know this command"}},
	{501,
	 NULL,
	 NULL,
	 NULL,
	 {"smtp-504", "the server does not accept a parameter of the command"}},
	{502, NULL, NULL, NULL, {"smtp-502", "the server does not offer this command"}},
	{503,
	 NULL,
	 NULL,
	 NULL,
	 {"smtp-5-1", "the server wants another command first, such as EHLO or a logon"}},
	{521, NULL, NULL, NULL, {"smtp-521", "this host takes no mail"}},
	{550,
	 NULL,
	 NULL,
	 "RCPT TO",
	 {"smtp-550", "the mailbox does not exist, or the server does not relay to it"}},
	{551, NULL, NULL, NULL, {"smtp-551", "the recipient is not of this server"}},
	{552, NULL, NULL, NULL, {"smtp-552", "the mailbox is full, or the message too large"}},
	{553,
	 NULL,
	 NULL,
	 NULL,
	 {"smtp-553", "the address is not accepted: malformed, or not allowed for this user"}},
	{554,
	 NULL,
	 NULL,
	 "end of DATA",
	 {"smtp-filtered", "a content filter has taken the test message: exempt it there"}},
	{554,
	 NULL,
	 NULL,
	 NULL,
	 {"smtp-554", "the server refuses this client or this mail: see its log"}},
	{555,
	 NULL,
	 NULL,
	 NULL,
	 {"smtp-504", "the server does not accept a parameter of the command"}},
	{556, NULL, NULL, NULL, {"smtp-556", "the recipient's domain takes no mail"}},
};

const struct smtp_rows smtp_limit_rows = {limits, sizeof(limits) / sizeof(limits[0])};
const struct smtp_rows smtp_hint_rows = {rows, sizeof(rows) / sizeof(rows[0])};

/* imap_hint.c - what a person can do about an IMAP server's refusal, by tables: words that say more
 * than a code does, response codes, and the words of servers that send none */
#include "mail/account_fault.h"
#include "mail/imap/imap_parse.h"

struct row {
	const char *words; /* the name of a code, or what a text contains */
	struct hint hint;
};

#define WRONG_PASSWORD                                                                             \
	{                                                                                          \
		"imap-auth-failed", "wrong user or password"                                       \
	}
#define WRONG_PASSWORD_OR_MAILBOX                                                                  \
	{                                                                                          \
		"imap-logon-failed", "wrong user or password, or the mailbox cannot be reached"    \
	}
#define EXPIRED                                                                                    \
	{                                                                                          \
		"imap-expired", "the password has expired"                                         \
	}
#define LOCKED                                                                                     \
	{                                                                                          \
		"imap-locked", "the account is locked: too many wrong passwords?"                  \
	}
#define DISABLED                                                                                   \
	{                                                                                          \
		"imap-disabled", "IMAP is off for this account"                                    \
	}
#define NO_MAILBOX                                                                                 \
	{                                                                                          \
		"imap-no-mailbox", "the mailbox does not exist: see --mailbox"                     \
	}
#define MAILBOX_FULL                                                                               \
	{                                                                                          \
		"imap-mailbox-full", "the mailbox is full"                                         \
	}
#define NEEDS_TLS                                                                                  \
	{                                                                                          \
		"imap-tls-needed", "the server wants TLS before logging on: -T tls"                \
	}
#define SESSIONS                                                                                   \
	{                                                                                          \
		"imap-sessions", "too many sessions of this account are open"                      \
	}
#define CONNECTIONS                                                                                \
	{                                                                                          \
		"imap-connections", "a limit on connections is reached: see the server's log"      \
	}
#define LIMITED                                                                                    \
	{                                                                                          \
		"imap-limited", "the server limits this account for a while"                       \
	}

/* Whatever the protocol (account_fault.h) */
static const struct hint account[ACCOUNT_FAULTS] = {
	[ACCOUNT_NO_PASSWORDS] =
		{"imap-oauth", "passwords are switched off there: use OAuth, --oauth-token-file"},
	[ACCOUNT_OTHER_SITE] = {"imap-other-site", "test the server that holds the mailbox"},
	[ACCOUNT_PROXY] = {"imap-proxy", "the front end cannot log on to that back end, or the "
					 "password is wrong"},
	[ACCOUNT_BACK_END] = {"imap-back-end", "the server behind the front end is down: "
					       "MSExchangeIMAP4BE, its database"},
	[ACCOUNT_APP_PASSWORD] = {"imap-app-password", "the account needs an application password"},
	[ACCOUNT_NO_JUDGE] = {"imap-auth-service",
			      "the service that checks passwords is down: see the server's log"},
	[ACCOUNT_EXPIRED] = EXPIRED,
	[ACCOUNT_LOCKED] = LOCKED,
	[ACCOUNT_DISABLED] = {"imap-account-disabled", "the account is disabled on the server"},
	[ACCOUNT_CONNECTIONS] = CONNECTIONS,
};

/* And what is said of IMAP alone: Exchange, Dovecot, Cyrus */
static const struct row reasons[] = {
	{"authenticated but not connected",
	 {"imap-not-connected",
	  "IMAP is off for this mailbox, or the token lacks the scope or the right to it"}},
	{"temporarily locked", LOCKED},
	{"not enabled for IMAP", DISABLED},
	{"IMAP access is disabled", DISABLED},
	{"IMAP access disabled", DISABLED},
	{"IMAP is disabled", DISABLED},
	{"Maximum number of connections", CONNECTIONS},
};

/* RFC 5530 section 3; ALERT says its piece in the text; TRYCREATE is RFC 3501 */
static const struct row codes[] = {
	{"AUTHENTICATIONFAILED", WRONG_PASSWORD},
	{"AUTHORIZATIONFAILED",
	 {"imap-not-authorized", "the user may not act for that mailbox, or may not use IMAP"}},
	{"EXPIRED", EXPIRED},
	{"PRIVACYREQUIRED", NEEDS_TLS},
	{"CONTACTADMIN", {"imap-contact-admin", "the server's administrator must act"}},
	{"UNAVAILABLE",
	 {"imap-unavailable", "a service behind the server is down, e.g. the user database"}},
	{"NOPERM", {"imap-no-right", "the account has no right to this: see the mailbox's ACL"}},
	{"INUSE", {"imap-in-use", "the mailbox is locked by another session"}},
	{"EXPUNGEISSUED", {"imap-expunged", "another session has already deleted the message"}},
	{"ALREADYEXISTS", {"imap-exists", "a mailbox of that name exists already"}},
	{"CORRUPTION", {"imap-corrupt", "the mailbox is damaged on the server"}},
	{"SERVERBUG", {"imap-server-bug", "a fault in the server: see its log"}},
	{"CLIENTBUG", {"imap-client-bug", "the server thinks the client at fault"}},
	{"CANNOT", {"imap-cannot", "the server cannot do this for that mailbox"}},
	{"LIMIT", {"imap-limit", "a limit of the server is reached"}},
	{"OVERQUOTA", MAILBOX_FULL},
	{"TRYCREATE", NO_MAILBOX},
	{"NONEXISTENT", NO_MAILBOX},
};

/* servers that send no codes: Exchange, Gmail, Cyrus, Courier ("Login failed."), older ones */
static const struct row texts[] = {
	{"Invalid state", NEEDS_TLS},
	{"Authentication failure", WRONG_PASSWORD},
	{"Authentication failed", WRONG_PASSWORD},
	{"user name or password", WRONG_PASSWORD},
	{"LOGIN failed", WRONG_PASSWORD_OR_MAILBOX},
	{"AUTHENTICATE failed", WRONG_PASSWORD_OR_MAILBOX},
	{"Invalid credentials", WRONG_PASSWORD},
	{"Mailbox doesn't exist", NO_MAILBOX},
	{"quota", MAILBOX_FULL},
};

/* An account that has asked for too much is slowed down or kept out for a while: Exchange Online,
 * Gmail, Yahoo ("LOGIN Rate limit hit"), Dovecot for its connections. What they say is more exact
 * than their code, if they give one: Gmail's is ALERT or OVERQUOTA, Yahoo's LIMIT. */
static const struct row limits[] = {
	{"throttled", LIMITED},
	{"bandwidth limit",
	 {"imap-bandwidth", "the account has moved too much mail: limited for up to a day"}},
	{"rate limit", LIMITED},
	{"too many simultaneous", SESSIONS},
	{"maximum number of connections from user", SESSIONS},
};

static const struct {
	const struct row *row;
	size_t count;
} tables[] = {
	{limits, sizeof(limits) / sizeof(limits[0])},
	{reasons, sizeof(reasons) / sizeof(reasons[0])},
	{codes, sizeof(codes) / sizeof(codes[0])},
	{texts, sizeof(texts) / sizeof(texts[0])},
};
enum { LIMITS, REASONS, CODES, TEXTS, TABLES };

static const struct hint *find(int table, struct span said, bool is_code)
{
	for (size_t i = 0; i < tables[table].count; i++) {
		const struct row *row = &tables[table].row[i];
		if (is_code ? imap_code_is(said, row->words) : span_contains(said, row->words))
			return &row->hint;
	}
	return NULL;
}

static const struct hint *reason(struct span said)
{
	enum account_fault fault = account_fault(said);

	return fault < ACCOUNT_FAULTS ? &account[fault] : find(REASONS, said, false);
}

const struct hint *imap_limit(struct span code, struct span text, bool opened)
{
	static const struct hint limited = LIMITED;
	const struct hint *hint = find(LIMITS, text, false);

	if (hint)
		return hint;
	if (imap_code_is(code, "THROTTLED") || (!opened && imap_code_is(code, "OVERQUOTA")))
		return &limited;
	return NULL;
}

const struct hint *imap_hint(struct span code, struct span text)
{
	const struct hint *hint = imap_limit(code, text, true);

	if (!hint)
		hint = reason(text);
	/* what stands between brackets may be no code: Exchange's "[Error=...]" */
	if (!hint)
		hint = reason(code);
	if (!hint)
		hint = find(CODES, code, true);
	return hint ? hint : find(TEXTS, text, false);
}

const struct hint *imap_hint_at(size_t index)
{
	for (int i = 0; i < TABLES; i++) {
		if (index < tables[i].count)
			return &tables[i].row[index].hint;
		index -= tables[i].count;
	}
	return index < ACCOUNT_FAULTS ? &account[index] : NULL;
}

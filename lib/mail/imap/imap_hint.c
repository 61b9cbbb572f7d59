/* imap_hint.c - what a person can do about an IMAP server's refusal, by two tables: response codes,
 * and the words of servers that send none */
#include "mail/imap/imap_parse.h"

struct hint {
	const char *words; /* the name of a code, or what a text contains */
	const char *hint;
	bool auth; /* it is about the logon */
};

/* RFC 5530 section 3; ALERT says its piece in the text; TRYCREATE is RFC 3501 */
static const struct hint codes[] = {
	{"AUTHENTICATIONFAILED", "wrong user or password", true},
	{"AUTHORIZATIONFAILED", "the user may not act for that mailbox", true},
	{"EXPIRED", "the password has expired", true},
	{"PRIVACYREQUIRED", "TLS is needed before logging on: see -T", true},
	{"CONTACTADMIN", "the server's administrator must act", true},
	{"UNAVAILABLE", "a service behind the server is down, e.g. the user database", false},
	{"NOPERM", "the account has no right to this", false},
	{"INUSE", "the mailbox is locked by another session", false},
	{"EXPUNGEISSUED", "another session has already deleted the message", false},
	{"ALREADYEXISTS", "a mailbox of that name exists already", false},
	{"CORRUPTION", "the mailbox is damaged on the server", false},
	{"SERVERBUG", "a fault in the server: see its log", false},
	{"CLIENTBUG", "the server thinks the client at fault", false},
	{"CANNOT", "the server cannot do this for that mailbox", false},
	{"LIMIT", "a limit of the server is reached", false},
	{"OVERQUOTA", "the mailbox is full", false},
	{"TRYCREATE", "the mailbox does not exist: see --mailbox", false},
	{"NONEXISTENT", "the mailbox does not exist: see --mailbox", false},
};

/* servers that send no codes: Exchange, Gmail, Cyrus, Courier ("Login failed."), older ones */
static const struct hint texts[] = {
	{"Basic authentication is disabled", "the server wants OAuth, not a password", true},
	{"authenticated but not connected", "IMAP is off for the mailbox, or it cannot be opened",
	 true},
	{"Application-specific password required", "the account needs an app password", true},
	{"throttled", "the server limits this account for a while", false},
	{"Too many simultaneous", "too many sessions of this account are open", false},
	{"Server Unavailable", "the mailbox server behind the front end is down", false},
	{"Invalid state", "the server wants TLS before logging on: see -T", true},
	{"Authentication failure", "wrong user or password", true},
	{"Authentication failed", "wrong user or password", true},
	{"user name or password", "wrong user or password", true},
	{"LOGIN failed", "wrong user or password, or the mailbox cannot be reached", true},
	{"AUTHENTICATE failed", "wrong user or password, or the mailbox cannot be reached", true},
	{"Invalid credentials", "wrong user or password", true},
	{"Mailbox doesn't exist", "see --mailbox", false},
	{"quota", "the mailbox is full", false},
};

static const struct hint *find_hint(struct span code, struct span text)
{
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (imap_code_is(code, codes[i].words))
			return &codes[i];
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (span_contains(text, texts[i].words))
			return &texts[i];
	return NULL;
}

const char *imap_hint(struct span code, struct span text, bool *auth_r)
{
	const struct hint *found = find_hint(code, text);

	*auth_r = found && found->auth;
	return found ? found->hint : "";
}

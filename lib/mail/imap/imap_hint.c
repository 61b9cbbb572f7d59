/* imap_hint.c - what a person can do about an IMAP server's refusal, by two tables: response codes,
 * and the words of servers that send none */
#include "mail/imap/imap_parse.h"

struct hint {
	const char *words; /* the name of a code, or what a text contains */
	const char *hint;
};

/* RFC 5530 section 3; ALERT says its piece in the text; TRYCREATE is RFC 3501 */
static const struct hint codes[] = {
	{"AUTHENTICATIONFAILED", "wrong user or password"},
	{"AUTHORIZATIONFAILED", "the user may not act for that mailbox"},
	{"EXPIRED", "the password has expired"},
	{"PRIVACYREQUIRED", "TLS is needed before logging on: see -T"},
	{"CONTACTADMIN", "the server's administrator must act"},
	{"UNAVAILABLE", "a service behind the server is down, e.g. the user database"},
	{"NOPERM", "the account has no right to this"},
	{"INUSE", "the mailbox is locked by another session"},
	{"EXPUNGEISSUED", "another session has already deleted the message"},
	{"ALREADYEXISTS", "a mailbox of that name exists already"},
	{"CORRUPTION", "the mailbox is damaged on the server"},
	{"SERVERBUG", "a fault in the server: see its log"},
	{"CLIENTBUG", "the server thinks the client at fault"},
	{"CANNOT", "the server cannot do this for that mailbox"},
	{"LIMIT", "a limit of the server is reached"},
	{"OVERQUOTA", "the mailbox is full"},
	{"TRYCREATE", "the mailbox does not exist: see --mailbox"},
	{"NONEXISTENT", "the mailbox does not exist: see --mailbox"},
};

/* servers that send no codes: Exchange, Gmail, Cyrus, Courier ("Login failed."), older ones */
static const struct hint texts[] = {
	{"Basic authentication is disabled", "the server wants OAuth, not a password"},
	{"authenticated but not connected", "IMAP is off for the mailbox, or it cannot be opened"},
	{"Application-specific password required", "the account needs an app password"},
	{"Server Unavailable", "the mailbox server behind the front end is down"},
	{"Invalid state", "the server wants TLS before logging on: see -T"},
	{"Authentication failure", "wrong user or password"},
	{"Authentication failed", "wrong user or password"},
	{"user name or password", "wrong user or password"},
	{"LOGIN failed", "wrong user or password, or the mailbox cannot be reached"},
	{"AUTHENTICATE failed", "wrong user or password, or the mailbox cannot be reached"},
	{"Invalid credentials", "wrong user or password"},
	{"Mailbox doesn't exist", "see --mailbox"},
	{"quota", "the mailbox is full"},
};

/* An account that has asked for too much is slowed down or kept out for a while: Exchange Online,
 * Gmail, Yahoo ("LOGIN Rate limit hit"), Dovecot for its connections. What they say is more exact
 * than their code, if they give one: Gmail's is ALERT or OVERQUOTA, Yahoo's LIMIT. */
static const struct hint limits[] = {
	{"throttled", "the server limits this account for a while"},
	{"bandwidth limit", "the account has moved too much mail: limited for up to a day"},
	{"rate limit", "the server limits this account for a while"},
	{"too many simultaneous", "too many sessions of this account are open"},
	{"maximum number of connections from user", "too many sessions of this account are open"},
};

const char *imap_limit(struct span code, struct span text, bool opened)
{
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		if (span_contains(text, limits[i].words))
			return limits[i].hint;
	if (imap_code_is(code, "THROTTLED") || (!opened && imap_code_is(code, "OVERQUOTA")))
		return "the server limits this account for a while";
	return NULL;
}

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

const char *imap_hint(struct span code, struct span text)
{
	const char *limit = imap_limit(code, text, true);
	const struct hint *found = limit ? NULL : find_hint(code, text);

	if (limit)
		return limit;
	return found ? found->hint : "";
}

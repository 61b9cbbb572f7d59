/* imap_hint.c - what a person can do about an IMAP server's refusal, by two tables: response codes,
 * and the words of servers that send none */
#include <string.h>

#include "base/text.h"
#include "mail/imap_parse.h"

static bool span_contains(struct imap_span s, const char *words)
{
	size_t n = strlen(words);

	for (size_t i = 0; i + n <= s.len; i++)
		if (text_starts_nocase(s.at + i, s.len - i, words))
			return true;
	return false;
}

const char *imap_hint(struct imap_span code, struct imap_span text, bool *auth_r)
{
	/* RFC 5530 section 3; ALERT says its piece in the text; TRYCREATE is RFC 3501 */
	static const struct {
		const char *code, *hint;
		bool auth;
	} codes[] = {
		{"AUTHENTICATIONFAILED", "wrong user or password", true},
		{"AUTHORIZATIONFAILED", "the user may not act for that mailbox", true},
		{"EXPIRED", "the password has expired", true},
		{"PRIVACYREQUIRED", "TLS is needed before logging on: see -T", true},
		{"CONTACTADMIN", "the server's administrator must act", true},
		{"UNAVAILABLE", "a service behind the server is down, e.g. the user database",
		 false},
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
	/* servers that send no codes: Exchange, Gmail, older ones */
	static const struct {
		const char *words, *hint;
		bool auth;
	} texts[] = {
		{"Basic authentication is disabled", "the server wants OAuth, not a password",
		 true},
		{"authenticated but not connected",
		 "IMAP is off for the mailbox, or it cannot be opened", true},
		{"Application-specific password required", "the account needs an app password",
		 true},
		{"throttled", "the server limits this account for a while", false},
		{"Too many simultaneous", "too many sessions of this account are open", false},
		{"Server Unavailable", "the mailbox server behind the front end is down", false},
		{"Invalid state", "the server wants TLS before logging on: see -T", true},
		{"LOGIN failed", "wrong user or password, or the mailbox cannot be reached", true},
		{"AUTHENTICATE failed", "wrong user or password, or the mailbox cannot be reached",
		 true},
		{"Invalid credentials", "wrong user or password", true},
		{"Mailbox doesn't exist", "see --mailbox", false},
		{"quota", "the mailbox is full", false},
	};

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (imap_code_is(code, codes[i].code)) {
			*auth_r = codes[i].auth;
			return codes[i].hint;
		}
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (span_contains(text, texts[i].words)) {
			*auth_r = texts[i].auth;
			return texts[i].hint;
		}
	*auth_r = false;
	return "";
}

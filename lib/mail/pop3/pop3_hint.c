/* pop3_hint.c - what a POP3 server's refusal means, and what a person can do about it: by its
 * response code, or by the words of servers that send none */
#include "mail/pop3/pop3_parse.h"

static bool code_is(const struct pop3_reply *r, const char *code)
{
	return span_is(r->code, code);
}

static bool says_one_of(const struct pop3_reply *r, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (span_contains(r->text, words[i]))
			return true;
	return false;
}

/* ---- only for now ---- */

/* What servers without codes say when another session has the maildrop (RFC 1939 section 4 gives
 * the first as an example; Exchange, UW, qpopper, Cyrus, Courier and others the rest). Not "account
 * locked". */
static const char *const in_use_words[] = {
	"maildrop already locked",
	"mailbox already locked",
	"mailbox in use",
	"mailbox is in use",
	"maildrop in use",
	"lock busy",
	"can't get lock",
	"unable to lock",
	"mailbox is locked",
	"maildrop is locked",
	"couldn't lock",
	"failed to lock",
	"is another session active",
};

/* And when one logs on too often: Exchange Online, Outlook.com, and what others have in common. Not
 * "too many failed attempts". */
static const char *const busy_words[] = {
	"throttled",       "login limit", "too many logins", "too many connections",
	"too frequent",    "too often",   "logging in too",  "reduce the frequency",
	"try again later",
};

bool pop3_is_in_use(const struct pop3_reply *reply)
{
	if (reply->code.len)
		return code_is(reply, "IN-USE");
	return says_one_of(reply, in_use_words, sizeof(in_use_words) / sizeof(in_use_words[0]));
}

bool pop3_is_too_soon(const struct pop3_reply *reply)
{
	return code_is(reply, "LOGIN-DELAY");
}

bool pop3_is_busy(const struct pop3_reply *reply)
{
	if (reply->code.len)
		return code_is(reply, "SYS/TEMP");
	return says_one_of(reply, busy_words, sizeof(busy_words) / sizeof(busy_words[0]));
}

/* ---- whose fault ---- */

bool pop3_is_auth(const struct pop3_reply *reply)
{
	return code_is(reply, "AUTH");
}

bool pop3_is_system(const struct pop3_reply *reply)
{
	return span_starts(reply->code, "SYS/");
}

/* ---- what to do ---- */

struct hint {
	const char *words; /* a code, or what a text contains */
	const char *hint;
};

static const struct hint codes[] = {
	{"AUTH", "wrong user or password, or the account may not use POP3"},
	{"SYS/TEMP", "should pass by itself"},
	{"SYS/PERM", "the server's administrator must act"},
	{"IN-USE", "another session has the maildrop"},
	{"LOGIN-DELAY", "the server wants more time between two logons"},
	{"UTF8", "the server wants UTF-8 mode for this"},
};

/* servers that give no codes, or say more in words: Exchange, Gmail, Dovecot */
static const struct hint texts[] = {
	{"Basic authentication is disabled", "the server wants OAuth, not a password"},
	{"Application-specific password required", "the account needs an app password"},
	{"not enabled for POP", "POP3 is off for this account"},
	{"Plaintext authentication disallowed", "it wants TLS first: see -T"},
	{"not valid in this state", "it wants TLS first: see -T"},
	{"Logon failure", "wrong user or password, or the mailbox cannot be reached"},
	{"Authentication failure", "wrong user or password, or the mailbox cannot be reached"},
	{"Username and password not accepted", "wrong user or password"},
	{"Authentication failed", "wrong user or password"},
	{"throttled", "the server limits this account for a while"},
	{"login limit", "the server limits this account for a while"},
};

const char *pop3_hint(const struct pop3_reply *reply)
{
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (span_contains(reply->text, texts[i].words))
			return texts[i].hint;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (code_is(reply, codes[i].words))
			return codes[i].hint;
	if (pop3_is_busy(reply))
		return "should pass by itself";
	return pop3_is_in_use(reply) ? "another session has the maildrop" : "";
}

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

/* When a logon follows too soon upon the last one: RFC 2449 section 8.1.1, mailutils, Cyrus. */
static const char *const too_soon_words[] = {
	"minimum time between",
	"login delay",
	"login-delay",
	"logins must be at least",
};

/* And when one logs on too often, or asks for too much: Exchange Online, Outlook.com, Gmail, and
 * what others have in common. Not "too many failed attempts". */
static const char *const throttled_words[] = {
	"throttled",    "login limit", "rate limit",     "bandwidth limit",
	"too frequent", "too often",   "logging in too", "reduce the frequency",
};

/* When nobody is let in for now, whoever it is. */
static const char *const busy_words[] = {"too many connections", "too many logins",
					 "try again later"};

bool pop3_is_in_use(const struct pop3_reply *reply)
{
	if (reply->code.len)
		return code_is(reply, "IN-USE");
	return says_one_of(reply, in_use_words, sizeof(in_use_words) / sizeof(in_use_words[0]));
}

bool pop3_is_too_soon(const struct pop3_reply *reply)
{
	if (reply->code.len)
		return code_is(reply, "LOGIN-DELAY");
	return says_one_of(reply, too_soon_words,
			   sizeof(too_soon_words) / sizeof(too_soon_words[0]));
}

static bool says_throttled(const struct pop3_reply *reply)
{
	return says_one_of(reply, throttled_words,
			   sizeof(throttled_words) / sizeof(throttled_words[0]));
}

bool pop3_is_busy(const struct pop3_reply *reply)
{
	if (reply->code.len)
		return code_is(reply, "SYS/TEMP");
	return says_throttled(reply) ||
	       says_one_of(reply, busy_words, sizeof(busy_words) / sizeof(busy_words[0]));
}

enum err_kind pop3_refusal_kind(const struct pop3_reply *reply, enum err_kind otherwise)
{
	if (pop3_is_too_soon(reply) || (pop3_is_busy(reply) && says_throttled(reply)))
		return ERR_THROTTLED;
	return pop3_is_busy(reply) ? ERR_TRANSIENT : otherwise;
}

/* ---- whose fault ---- */

static const char *const not_known_words[] = {
	"unrecognized", "unrecognised",   "unknown command", "unknown auth",    "not supported",
	"unsupported",  "not recognized", "not implemented", "invalid command",
};

bool pop3_is_not_known(const struct pop3_reply *reply)
{
	return !reply->code.len &&
	       says_one_of(reply, not_known_words,
			   sizeof(not_known_words) / sizeof(not_known_words[0]));
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

/* servers that give no codes, or say more in words: Exchange, Gmail, Dovecot */
static const struct hint texts[] = {
	{"Basic authentication is disabled", "the server wants OAuth, not a password"},
	{"Application-specific password required", "the account needs an app password"},
	{"not enabled for POP", "POP3 is off for this account"},
	{"Plaintext authentication disallowed", "it wants TLS first: see -T"},
	{"not valid in this state", "it wants TLS first: see -T"},
};

/* What may stand before a better reason: Exchange, Gmail, Dovecot, Courier, mailutils and UW,
 * qmail, hMailServer. */
static const struct hint failures[] = {
	{"Logon failure", "wrong user or password, or the mailbox cannot be reached"},
	{"Authentication failure", "wrong user or password, or the mailbox cannot be reached"},
	{"Username and password not accepted", "wrong user or password"},
	{"Authentication failed", "wrong user or password"},
	{"Login failed", "wrong user or password"},
	{"Bad login", "wrong user or password"},
	{"authorization failed", "wrong user or password"},
	{"user name or password", "wrong user or password"},
};

static const struct hint codes[] = {
	{"AUTH", "wrong user or password, or the account may not use POP3"},
	{"SYS/PERM", "the server's administrator must act"},
	{"UTF8", "the server wants UTF-8 mode for this"},
};

static const char *hint_of_text(const struct pop3_reply *reply, const struct hint *hints,
				size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (span_contains(reply->text, hints[i].words))
			return hints[i].hint;
	return NULL;
}

static const char *hint_of_code(const struct pop3_reply *reply)
{
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (code_is(reply, codes[i].words))
			return codes[i].hint;
	return "";
}

const char *pop3_hint(const struct pop3_reply *reply)
{
	const char *hint = hint_of_text(reply, texts, sizeof(texts) / sizeof(texts[0]));

	if (hint)
		return hint;
	if (pop3_is_in_use(reply))
		return "another session has the maildrop";
	if (pop3_is_too_soon(reply))
		return "the server wants more time between two logons";
	if (pop3_is_busy(reply))
		return says_throttled(reply) ? "the server limits this account for a while"
					     : "should pass by itself";
	hint = hint_of_text(reply, failures, sizeof(failures) / sizeof(failures[0]));
	return hint ? hint : hint_of_code(reply);
}

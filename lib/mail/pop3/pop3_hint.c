/* pop3_hint.c - what a POP3 server's refusal means, and what a person can do about it: by its
 * response code, or by the words of servers that send none */
#include "mail/account_fault.h"
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

struct row {
	const char *words; /* a code, or what a text contains */
	struct hint hint;
};

#define WRONG_PASSWORD                                                                             \
	{                                                                                          \
		"pop-auth-failed", "wrong user or password"                                        \
	}
#define WRONG_PASSWORD_OR_MAILBOX                                                                  \
	{                                                                                          \
		"pop-logon-failed", "wrong user or password, or the mailbox cannot be reached"     \
	}
#define DISABLED                                                                                   \
	{                                                                                          \
		"pop-disabled", "POP3 is off for this account"                                     \
	}
#define NEEDS_TLS                                                                                  \
	{                                                                                          \
		"pop-tls-needed", "the server wants TLS before logging on: -T tls"                 \
	}

/* Whatever the protocol (account_fault.h) */
static const struct hint account[ACCOUNT_FAULTS] = {
	[ACCOUNT_NO_PASSWORDS] =
		{"pop-oauth", "passwords are switched off there: use OAuth, --oauth-token-file"},
	[ACCOUNT_OTHER_SITE] = {"pop-other-site", "test the server that holds the mailbox"},
	[ACCOUNT_PROXY] = {"pop-proxy", "the front end cannot log on to that back end, or the "
					"password is wrong"},
	[ACCOUNT_BACK_END] = {"pop-back-end", "the server behind the front end is down: "
					      "MSExchangePOP3BE, its database"},
	[ACCOUNT_APP_PASSWORD] = {"pop-app-password", "the account needs an application password"},
	[ACCOUNT_NO_JUDGE] = {"pop-auth-service",
			      "the service that checks passwords is down: see the server's log"},
	[ACCOUNT_EXPIRED] = {"pop-expired", "the password has expired"},
	[ACCOUNT_LOCKED] = {"pop-locked", "the account is locked: too many wrong passwords?"},
	[ACCOUNT_DISABLED] = {"pop-account-disabled", "the account is disabled on the server"},
	[ACCOUNT_CONNECTIONS] = {"pop-connections",
				 "a limit on connections is reached: see the server's log"},
};

/* And what is said of POP3 alone: Exchange, Gmail, Dovecot */
static const struct row texts[] = {
	{"not enabled for POP", DISABLED},
	{"POP access is disabled", DISABLED},
	{"POP3 access is disabled", DISABLED},
	{"POP3 access disabled", DISABLED},
	{"Plaintext authentication disallowed", NEEDS_TLS},
	{"not valid in this state", NEEDS_TLS},
};

/* What may stand before a better reason: Exchange, Gmail, Dovecot, Courier, mailutils and UW,
 * qmail, hMailServer. */
static const struct row failures[] = {
	{"Logon failure", WRONG_PASSWORD_OR_MAILBOX},
	{"Authentication failure", WRONG_PASSWORD_OR_MAILBOX},
	{"Username and password not accepted", WRONG_PASSWORD},
	{"Authentication failed", WRONG_PASSWORD},
	{"Login failed", WRONG_PASSWORD},
	{"Bad login", WRONG_PASSWORD},
	{"authorization failed", WRONG_PASSWORD},
	{"user name or password", WRONG_PASSWORD},
};

/* RFC 3206, RFC 6856 */
static const struct row codes[] = {
	{"AUTH", {"pop-auth", "wrong user or password, or the account may not use POP3"}},
	{"SYS/PERM", {"pop-sys-perm", "the server's administrator must act"}},
	{"UTF8", {"pop-utf8", "the server wants UTF-8 mode for this"}},
};

/* What is only for now: a code (RFC 2449, RFC 3206) or the words above. */
enum { IN_USE, TOO_SOON, THROTTLED, BUSY, PASSING };
static const struct hint passing[PASSING] = {
	[IN_USE] = {"pop-in-use", "another session has the maildrop"},
	[TOO_SOON] = {"pop-login-delay", "the server wants more time between two logons"},
	[THROTTLED] = {"pop-limited", "the server limits this account for a while"},
	[BUSY] = {"pop-busy", "should pass by itself"},
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const struct hint *hint_of_text(const struct pop3_reply *reply, const struct row *rows,
				       size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (span_contains(reply->words, rows[i].words))
			return &rows[i].hint;
	return NULL;
}

static const struct hint *hint_of_code(const struct pop3_reply *reply)
{
	for (size_t i = 0; i < COUNT(codes); i++)
		if (code_is(reply, codes[i].words))
			return &codes[i].hint;
	return NULL;
}

const struct hint *pop3_hint(const struct pop3_reply *reply)
{
	enum account_fault fault = account_fault(reply->words);

	if (fault < ACCOUNT_FAULTS)
		return &account[fault];
	const struct hint *hint = hint_of_text(reply, texts, COUNT(texts));
	if (hint)
		return hint;
	if (pop3_is_in_use(reply))
		return &passing[IN_USE];
	if (pop3_is_too_soon(reply))
		return &passing[TOO_SOON];
	if (pop3_is_busy(reply))
		return &passing[says_throttled(reply) ? THROTTLED : BUSY];
	hint = hint_of_text(reply, failures, COUNT(failures));
	return hint ? hint : hint_of_code(reply);
}

static const struct hint *row_at(const struct row *rows, size_t count, size_t *index)
{
	if (*index < count)
		return &rows[*index].hint;
	*index -= count;
	return NULL;
}

const struct hint *pop3_hint_at(size_t index)
{
	const struct hint *hint = row_at(texts, COUNT(texts), &index);

	if (!hint)
		hint = row_at(failures, COUNT(failures), &index);
	if (!hint)
		hint = row_at(codes, COUNT(codes), &index);
	if (hint)
		return hint;
	if (index < PASSING)
		return &passing[index];
	return index - PASSING < ACCOUNT_FAULTS ? &account[index - PASSING] : NULL;
}

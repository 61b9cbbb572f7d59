/* smtp_refusal.c - what a refusal in answer to RCPT refuses
 *
 * RFC 5321 has one code for nearly all of it (550), and RFC 3463 one more (5.7.1): what is left
 * are the words. They are looked at without addresses and host names, in which anything may
 * stand. */
#include "mail/smtp/smtp_refusal.h"

#include <string.h>

#include "base/text.h"

/* ---- codes ---- */

/* Those that say what they refuse; 501 and 504 do so by their words. */
static const struct {
	int code;
	enum smtp_refused what;
} codes[] = {
	{500, SMTP_REFUSED_COMMAND}, {502, SMTP_REFUSED_COMMAND}, {503, SMTP_REFUSED_COMMAND},
	{521, SMTP_REFUSED_CLIENT},  {523, SMTP_REFUSED_LOGON},   {530, SMTP_REFUSED_LOGON},
	{534, SMTP_REFUSED_LOGON},   {535, SMTP_REFUSED_LOGON},   {538, SMTP_REFUSED_LOGON},
	{552, SMTP_REFUSED_SPACE},   {555, SMTP_REFUSED_COMMAND}, {556, SMTP_REFUSED_DOMAIN},
};

/* RFC 5321 sections 4.2.2 and 4.3.2: the codes by which a recipient is refused, if the words speak
 * of one. */
static bool is_about_recipient(int code)
{
	return code == 550 || code == 551 || code == 553 || code == 554;
}

/* Those that leave no doubt, without a word. */
static const char *const recipient_codes[] = {".1.1",  ".1.3", ".1.4",  ".1.6",
					      ".1.10", ".2.1", ".7.54", ".7.64"};

/* Subject and detail; SMTP_REFUSED_RECIPIENT: if the words say so. What is not here (5.3.x: the
 * server, 5.4.x: the way, 5.6.x: the message) refuses something else. */
static const struct {
	const char *detail;
	enum smtp_refused what;
} enhanced_codes[] = {
	{".0.0", SMTP_REFUSED_RECIPIENT},
	{".1.1", SMTP_REFUSED_RECIPIENT},
	{".1.2", SMTP_REFUSED_DOMAIN},
	{".1.3", SMTP_REFUSED_RECIPIENT},
	{".1.4", SMTP_REFUSED_RECIPIENT},
	{".1.5", SMTP_REFUSED_RECIPIENT},
	{".1.6", SMTP_REFUSED_RECIPIENT},
	{".1.7", SMTP_REFUSED_SENDER},
	{".1.8", SMTP_REFUSED_SENDER},
	{".1.10", SMTP_REFUSED_RECIPIENT},
	{".2.0", SMTP_REFUSED_RECIPIENT},
	{".2.1", SMTP_REFUSED_RECIPIENT},
	{".2.2", SMTP_REFUSED_SPACE},
	{".2.3", SMTP_REFUSED_SPACE},
	{".2.252", SMTP_REFUSED_SENDER},
	{".3.0", SMTP_REFUSED_RECIPIENT}, /* sendmail's access map */
	{".3.1", SMTP_REFUSED_SPACE},
	{".3.4", SMTP_REFUSED_SPACE},
	{".4.1", SMTP_REFUSED_RECIPIENT}, /* Exchange Online: none of its own */
	{".4.4", SMTP_REFUSED_DOMAIN},
	{".4.310", SMTP_REFUSED_DOMAIN},
	{".5.0", SMTP_REFUSED_RECIPIENT}, /* outlook.com: none of its own */
	{".5.1", SMTP_REFUSED_COMMAND},
	{".7.0", SMTP_REFUSED_RECIPIENT},
	{".7.1", SMTP_REFUSED_RECIPIENT},
	{".7.2", SMTP_REFUSED_RECIPIENT},
	{".7.3", SMTP_REFUSED_LOGON},
	{".7.4", SMTP_REFUSED_LOGON},
	{".7.8", SMTP_REFUSED_LOGON},
	{".7.9", SMTP_REFUSED_LOGON},
	{".7.10", SMTP_REFUSED_LOGON},
	{".7.11", SMTP_REFUSED_LOGON},
	{".7.12", SMTP_REFUSED_LOGON},
	{".7.13", SMTP_REFUSED_LOGON},
	{".7.14", SMTP_REFUSED_LOGON},
	{".7.20", SMTP_REFUSED_SENDER},
	{".7.21", SMTP_REFUSED_SENDER},
	{".7.22", SMTP_REFUSED_SENDER},
	{".7.23", SMTP_REFUSED_SENDER},
	{".7.24", SMTP_REFUSED_SENDER},
	{".7.25", SMTP_REFUSED_CLIENT},
	{".7.26", SMTP_REFUSED_SENDER},
	{".7.27", SMTP_REFUSED_SENDER},
	{".7.28", SMTP_REFUSED_CLIENT},
	{".7.54", SMTP_REFUSED_RECIPIENT},
	{".7.57", SMTP_REFUSED_LOGON},
	{".7.60", SMTP_REFUSED_SENDER},
	{".7.64", SMTP_REFUSED_RECIPIENT}, /* Exchange Online: "Relay Access Denied" */
	{".7.139", SMTP_REFUSED_LOGON},
};

/* ---- words ---- */

struct phrase {
	const char *words; /* a word may go on, unless a blank follows */
	enum smtp_refused what;
};

/* Behind the name of what is refused these leave no doubt (Postfix's smtpd_check.c). */
static const struct phrase restrictions[] = {
	{" sender address rejected", SMTP_REFUSED_SENDER},
	{" client host rejected", SMTP_REFUSED_CLIENT},
	{" helo command rejected", SMTP_REFUSED_CLIENT},
};

/* A server that does not relay for one sender or one client that is listed somewhere may do it for
 * others; but "sender and recipient are both remote: relay denied". */
static const struct phrase senders[] = {
	{" sender", SMTP_REFUSED_SENDER},      {" mailfrom", SMTP_REFUSED_SENDER},
	{" badmailfrom", SMTP_REFUSED_SENDER}, {" return path", SMTP_REFUSED_SENDER},
	{" originator", SMTP_REFUSED_SENDER},  {" spf ", SMTP_REFUSED_SENDER},
	{" dkim", SMTP_REFUSED_SENDER},        {" dmarc", SMTP_REFUSED_SENDER},
	{" forged", SMTP_REFUSED_SENDER},      {" spoof", SMTP_REFUSED_SENDER},
};

static const struct phrase foremost[] = {
	{" rbl", SMTP_REFUSED_CLIENT},           {" dnsbl", SMTP_REFUSED_CLIENT},
	{" black list", SMTP_REFUSED_CLIENT},    {" blacklist", SMTP_REFUSED_CLIENT},
	{" block list", SMTP_REFUSED_CLIENT},    {" blocklist", SMTP_REFUSED_CLIENT},
	{" blocked using", SMTP_REFUSED_CLIENT}, {" is listed", SMTP_REFUSED_CLIENT},
	{" listed at ", SMTP_REFUSED_CLIENT},    {" listed by ", SMTP_REFUSED_CLIENT},
	{" listed on ", SMTP_REFUSED_CLIENT},    {" not an open relay", SMTP_REFUSED_RECIPIENT},
	{" open relay", SMTP_REFUSED_CLIENT},    {" your relay", SMTP_REFUSED_CLIENT},
	{" reputation", SMTP_REFUSED_CLIENT},    {" spam", SMTP_REFUSED_CLIENT},
	{" greylist", SMTP_REFUSED_FOR_NOW},     {" graylist", SMTP_REFUSED_FOR_NOW},
};

/* "Relaying denied. Proper authentication required" refuses the recipient; without its first
 * sentence it would not. */
static const struct phrase others[] = {
	{" mail from ", SMTP_REFUSED_SENDER},
	{" from address", SMTP_REFUSED_SENDER},
	{" your domain", SMTP_REFUSED_SENDER},
	{" client", SMTP_REFUSED_CLIENT},
	{" helo ", SMTP_REFUSED_CLIENT},
	{" ehlo ", SMTP_REFUSED_CLIENT},
	{" host name", SMTP_REFUSED_CLIENT},
	{" hostname", SMTP_REFUSED_CLIENT},
	{" your host", SMTP_REFUSED_CLIENT},
	{" your ip", SMTP_REFUSED_CLIENT},
	{" your server", SMTP_REFUSED_CLIENT},
	{" your access", SMTP_REFUSED_CLIENT},
	{" ip ", SMTP_REFUSED_CLIENT},
	{" reverse dns", SMTP_REFUSED_CLIENT},
	{" rdns", SMTP_REFUSED_CLIENT},
	{" ptr ", SMTP_REFUSED_CLIENT},
	{" dynamic", SMTP_REFUSED_CLIENT},
	{" banned", SMTP_REFUSED_CLIENT},
	{" service unavailable", SMTP_REFUSED_CLIENT},
	{" connection", SMTP_REFUSED_CLIENT},
	{" rate limit", SMTP_REFUSED_CLIENT},
	{" too many", SMTP_REFUSED_CLIENT},
	{" authenti", SMTP_REFUSED_LOGON},
	{" unauthenti", SMTP_REFUSED_LOGON},
	{" auth ", SMTP_REFUSED_LOGON},
	{" log in", SMTP_REFUSED_LOGON},
	{" login", SMTP_REFUSED_LOGON},
	{" log on", SMTP_REFUSED_LOGON},
	{" logon", SMTP_REFUSED_LOGON},
	{" logged", SMTP_REFUSED_LOGON},
	{" password", SMTP_REFUSED_LOGON},
	{" credentials", SMTP_REFUSED_LOGON},
	{" pop before smtp", SMTP_REFUSED_LOGON},
	{" starttls", SMTP_REFUSED_LOGON},
	{" tls", SMTP_REFUSED_LOGON},
	{" ssl", SMTP_REFUSED_LOGON},
	{" encrypt", SMTP_REFUSED_LOGON},
	{" domain not found", SMTP_REFUSED_DOMAIN},
	{" domain does not exist", SMTP_REFUSED_DOMAIN},
	{" host not found", SMTP_REFUSED_DOMAIN},
	{" host unknown", SMTP_REFUSED_DOMAIN},
	{" unrouteable", SMTP_REFUSED_DOMAIN},
	{" unroutable", SMTP_REFUSED_DOMAIN},
	{" dns ", SMTP_REFUSED_DOMAIN},
	{" mx ", SMTP_REFUSED_DOMAIN},
	{" quota", SMTP_REFUSED_SPACE},
	{" mailbox full", SMTP_REFUSED_SPACE},
	{" mailbox is full", SMTP_REFUSED_SPACE},
	{" too large", SMTP_REFUSED_SPACE},
	{" too big", SMTP_REFUSED_SPACE},
	{" try again", SMTP_REFUSED_FOR_NOW},
	{" try later", SMTP_REFUSED_FOR_NOW},
	{" temporar", SMTP_REFUSED_FOR_NOW},
};

/* They speak of the recipient, or of what this server takes mail for. */
static const char *const recipient_words[] = {
	" recipient",    " user ",        " mailbox",        " addressee",       " destination",
	" not local",    " non local",    " nonlocal",       " not hosted",      " no such person",
	" this address", " such address", " address reject", " unknown address", " address unknown",
};

/* What is denied by the very next word. */
static const char *const relay_denials[] = {
	" relay denied",         " relaying denied",        " relay access denied",
	" relay not permitted",  " relaying not permitted", " relay not allowed",
	" relaying not allowed", " relay prohibited",       " relaying prohibited",
	" unable to relay",
};

/* In one sentence with "relay". */
static const char *const denials[] = {
	" denied", " deny ",    " not ",    " no ",      " dont ",    " doesnt ", " isnt ",
	" arent ", " cannot ",  " cant ",   " unable ",  " prohibit", " reject",  " refus",
	" forbid", " disallow", " disable", " unauthor", " restrict",
};

static bool is_word_char(char c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
	       (unsigned char)c >= 0x80;
}

/* An address, the name or address of a host, an URL, an enhanced status code. */
static bool is_name(const char *token, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		bool within = i && i + 1 < len && is_word_char(token[i - 1]) &&
			      is_word_char(token[i + 1]);
		if (token[i] == '@' || (token[i] == '.' && within))
			return true;
	}
	return memmem(token, len, "://", 3) != NULL;
}

static void end_word(struct buf *words)
{
	if (words->len && words->data[words->len - 1] != ' ')
		buf_append_char(words, ' ');
}

/* In lower case; whatever is neither letter nor digit ends a word, but for the apostrophe. */
static void add_token(struct buf *words, const char *token, size_t len)
{
	for (size_t i = 0; i < len && !is_name(token, len); i++) {
		char c = token[i];
		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (is_word_char(c))
			buf_append_char(words, c);
		else if (c != '\'')
			end_word(words);
	}
	end_word(words);
	if (strchr(".;!?", token[len - 1]))
		buf_append_str(words, ". ");
}

/* The words of a reply between blanks, its sentences ended by ". ". */
static void collect_words(const char *text, struct buf *words)
{
	static const char blanks[] = " \t\r\n";

	buf_append_char(words, ' ');
	for (text += strspn(text, blanks); *text; text += strspn(text, blanks)) {
		size_t len = strcspn(text, blanks);
		add_token(words, text, len);
		text += len;
	}
}

/* From here to the end of the sentence. */
static bool has_denial(const char *sentence, size_t len)
{
	for (size_t i = 0; i < sizeof(denials) / sizeof(denials[0]); i++)
		if (memmem(sentence, len, denials[i], strlen(denials[i])))
			return true;
	return false;
}

static bool has_one_of(const char *words, const char *const *phrase, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strstr(words, phrase[i]))
			return true;
	return false;
}

#define HAS_ONE_OF(words, phrases)                                                                 \
	has_one_of(words, phrases, sizeof(phrases) / sizeof((phrases)[0]))

/* "authentication required for relay", but not "this relay requires authentication" */
static bool wants_something_to_relay(const char *words)
{
	static const char *const wanting[] = {" required for relay", " required to relay",
					      " needed for relay", " needed to relay"};

	return HAS_ONE_OF(words, wanting);
}

/* "relaying to this host is denied", but not "use the relay of your provider". */
static bool denies_relaying(const char *words)
{
	for (const char *sentence = words; *sentence;) {
		const char *end = strstr(sentence, " . ");
		size_t len = end ? (size_t)(end - sentence) + 1 : strlen(sentence);
		if (memmem(sentence, len, " relay", strlen(" relay")) && has_denial(sentence, len))
			return true;
		sentence = end ? end + strlen(" .") : sentence + len;
	}
	/* qmail: "that domain isn't in my list of allowed rcpthosts" */
	return wants_something_to_relay(words) || strstr(words, " rcpthosts");
}

static bool contains_nocase(const char *text, const char *what)
{
	size_t len = strlen(what);

	for (; *text; text++)
		if (text_starts_nocase(text, strlen(text), what))
			return len > 0;
	return false;
}

/* ---- all of it ---- */

struct refusal {
	const struct smtp_reply *reply;
	const char *from, *to;
	const char *words;
};

static bool names_recipient(const struct refusal *r)
{
	return strstr(r->words, " recipient") || contains_nocase(buf_str(&r->reply->text), r->to);
}

static bool names_sender(const struct refusal *r)
{
	const char *text = buf_str(&r->reply->text);

	return *r->from ? contains_nocase(text, r->from) : strstr(text, "<>") != NULL;
}

/* What the enhanced code alone says. */
static enum smtp_refused by_enhanced(const struct refusal *r)
{
	const char *enhanced = r->reply->enhanced;

	if (!*enhanced)
		return SMTP_REFUSED_RECIPIENT;
	/* "other address status": Postfix says it of senders only */
	if (!strcmp(enhanced + 1, ".1.0"))
		return names_recipient(r) ? SMTP_REFUSED_RECIPIENT : SMTP_REFUSED_SENDER;
	/* a syntax error, or a wrong parameter: of what, the words say */
	if (!strcmp(enhanced + 1, ".5.2") || !strcmp(enhanced + 1, ".5.4"))
		return names_recipient(r) ? SMTP_REFUSED_RECIPIENT : SMTP_REFUSED_COMMAND;
	for (size_t i = 0; i < sizeof(enhanced_codes) / sizeof(enhanced_codes[0]); i++)
		if (!strcmp(enhanced + 1, enhanced_codes[i].detail))
			return enhanced_codes[i].what;
	return SMTP_REFUSED_OTHER;
}

static bool has_recipient_code(const struct refusal *r)
{
	const char *enhanced = r->reply->enhanced;

	for (size_t i = 0; *enhanced && i < sizeof(recipient_codes) / sizeof(recipient_codes[0]);
	     i++)
		if (!strcmp(enhanced + 1, recipient_codes[i]))
			return true;
	return false;
}

/* What is left speaks of nothing else; the recipient is refused only by what speaks of it. */
static enum smtp_refused by_code(const struct refusal *r)
{
	int code = r->reply->code;
	bool spoken_of = HAS_ONE_OF(r->words, recipient_words);

	if (has_recipient_code(r) || spoken_of)
		return SMTP_REFUSED_RECIPIENT;
	if (is_about_recipient(code) && names_recipient(r))
		return SMTP_REFUSED_RECIPIENT;
	return code == 501 || code == 504 ? SMTP_REFUSED_COMMAND : SMTP_REFUSED_OTHER;
}

/* The first of the phrases that is there, or the recipient. */
static enum smtp_refused by_words(const struct refusal *r, const struct phrase *phrase,
				  size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strstr(r->words, phrase[i].words))
			return phrase[i].what;
	return SMTP_REFUSED_RECIPIENT;
}

#define BY_WORDS(r, phrases) by_words(r, phrases, sizeof(phrases) / sizeof((phrases)[0]))

/* By what leaves no doubt, whatever else is said. */
static enum smtp_refused by_foremost_words(const struct refusal *r)
{
	enum smtp_refused what = BY_WORDS(r, restrictions);

	if (what == SMTP_REFUSED_RECIPIENT && !HAS_ONE_OF(r->words, relay_denials))
		what = BY_WORDS(r, senders);
	return what == SMTP_REFUSED_RECIPIENT ? BY_WORDS(r, foremost) : what;
}

static enum smtp_refused classify(const struct refusal *r)
{
	enum smtp_refused what = by_foremost_words(r);

	if (what == SMTP_REFUSED_RECIPIENT)
		what = by_enhanced(r);
	if (what != SMTP_REFUSED_RECIPIENT || denies_relaying(r->words))
		return what;
	what = BY_WORDS(r, others);
	if (what != SMTP_REFUSED_RECIPIENT)
		return what;
	if (names_recipient(r))
		return by_code(r);
	if (names_sender(r))
		return SMTP_REFUSED_SENDER;
	/* what sendmail says of whom its access map turns away, whoever that is */
	return strstr(r->words, " access denied") ? SMTP_REFUSED_CLIENT : by_code(r);
}

enum smtp_refused smtp_refused_what(const struct smtp_reply *reply, const char *from,
				    const char *to)
{
	struct buf words = BUF_INIT(2 * SMTP_REPLY_MAX);

	if (reply->code / 100 != 5)
		return SMTP_REFUSED_FOR_NOW;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (codes[i].code == reply->code)
			return codes[i].what;
	collect_words(buf_str(&reply->text), &words);
	const struct refusal r = {.reply = reply, .from = from, .to = to, .words = buf_str(&words)};
	enum smtp_refused what = classify(&r);
	buf_free(&words);
	return what;
}

const char *smtp_refused_name(enum smtp_refused what)
{
	static const char *const name[] = {
		[SMTP_REFUSED_RECIPIENT] = "recipient refused",
		[SMTP_REFUSED_SENDER] = "sender refused",
		[SMTP_REFUSED_CLIENT] = "client refused",
		[SMTP_REFUSED_LOGON] = "TLS or a logon wanted",
		[SMTP_REFUSED_DOMAIN] = "no such domain",
		[SMTP_REFUSED_SPACE] = "no space",
		[SMTP_REFUSED_COMMAND] = "command refused",
		[SMTP_REFUSED_FOR_NOW] = "refused for now",
		[SMTP_REFUSED_OTHER] = "no word of recipient or relaying",
	};

	return name[what];
}

/* smtp_parse.c - replies and EHLO keywords, without any socket (RFC 5321 section 4.2, RFC 2034) */
#include "mail/smtp/smtp_parse.h"

#include <string.h>

#include "base/text.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

int smtp_parse_line(const char *line, size_t len, struct smtp_line *line_r)
{
	while (len && line[len - 1] == '\r') /* some proxies make CR LF of every LF */
		len--;
	if (len < 3 || line[0] < '2' || line[0] > '5' || !is_digit(line[1]) || !is_digit(line[2]))
		return -1;
	/* RFC 5321 section 4.2: clients take a bare code, too */
	if (len > 3 && line[3] != ' ' && line[3] != '-')
		return -1;
	size_t head = len > 3 ? 4 : 3;
	line_r->code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
	line_r->last = len == 3 || line[3] == ' ';
	line_r->text = line + head;
	line_r->len = len - head;
	return 0;
}

int smtp_reply_add(struct smtp_reply *r, const char *line, size_t len)
{
	struct smtp_line l;

	if (smtp_parse_line(line, len, &l))
		return -1;
	if (r->lines && (l.code != r->code || r->lines == SMTP_REPLY_LINES_MAX))
		return -1;
	if ((r->lines && buf_append_char(&r->text, '\n')) || buf_append(&r->text, l.text, l.len))
		return -1;
	if (!r->lines) {
		char enhanced[12];

		r->code = l.code;
		if (smtp_parse_enhanced(l.text, l.len, enhanced) &&
		    enhanced[0] - '0' == l.code / 100)
			memcpy(r->enhanced, enhanced, sizeof(enhanced));
	}
	r->lines++;
	r->complete = l.last;
	return l.last;
}

void smtp_reply_join(const struct smtp_reply *r, struct buf *words)
{
	struct span rest = span_of(buf_str(&r->text)), line;
	bool first = true;

	buf_printf(words, "%d", r->code);
	while (span_next(&rest, '\n', &line)) {
		if (r->enhanced[0] && !first && span_starts(line, r->enhanced))
			span_skip(&line, strlen(r->enhanced));
		first = false;
		while (line.len && *line.at == ' ')
			span_skip(&line, 1);
		if (line.len && buf_append_char(words, ' ') == 0)
			buf_append(words, line.at, line.len);
	}
}

void smtp_reply_clear(struct smtp_reply *r)
{
	r->code = 0;
	r->enhanced[0] = '\0';
	r->lines = 0;
	r->complete = false;
	buf_clear(&r->text);
}

void smtp_reply_free(struct smtp_reply *r)
{
	buf_wipe(&r->text); /* servers quote secrets */
	smtp_reply_clear(r);
}

/* One to three digits from text[at] on. Returns their number. */
static size_t count_digits(const char *text, size_t len, size_t at)
{
	size_t n = 0;

	while (at + n < len && n < 4 && is_digit(text[at + n]))
		n++;
	return n <= 3 ? n : 0;
}

size_t smtp_parse_enhanced(const char *text, size_t len, char code_r[12])
{
	if (len < 5 || (text[0] != '2' && text[0] != '4' && text[0] != '5') || text[1] != '.')
		return 0;
	size_t subject = count_digits(text, len, 2);
	size_t dot = 2 + subject;
	if (!subject || dot >= len || text[dot] != '.')
		return 0;
	size_t detail = count_digits(text, len, dot + 1);
	size_t end = dot + 1 + detail;
	/* what follows must set it off: "5.7.1.example" is a name */
	if (!detail || (end < len && !memchr(" \t\n:;,", text[end], 6)))
		return 0;
	memcpy(code_r, text, end);
	code_r[end] = '\0';
	return end;
}

/* ---- EHLO ---- */

static void add_keyword(struct smtp_capabilities *caps, struct span line)
{
	struct span keyword = span_next_word(&line);

	if (span_is(keyword, "STARTTLS"))
		caps->starttls = true;
	else if (span_is(keyword, "SMTPUTF8"))
		caps->smtputf8 = true;
	else if (span_is(keyword, "SIZE"))
		caps->size = true;
	else if (span_is(keyword, "PIPELINING"))
		caps->pipelining = true;
	else if (span_is(keyword, "CHUNKING"))
		caps->chunking = true;
	else if (span_is(keyword, "AUTH"))
		sasl_add_mechanisms(caps->mechanisms, line);
	if (!span_starts(keyword, "AUTH=")) /* before RFC 2554; Exchange 2003, old Outlook */
		return;
	span_skip(&keyword, strlen("AUTH="));
	sasl_add_mechanism(caps->mechanisms, keyword);
	sasl_add_mechanisms(caps->mechanisms, line);
}

struct span smtp_offers(const char *text)
{
	const char *greeting_end = strchr(text, '\n');

	return span_of(greeting_end ? greeting_end + 1 : text);
}

void smtp_parse_capabilities(const char *text, struct smtp_capabilities *caps_r)
{
	struct span offers = smtp_offers(text), line;

	*caps_r = (struct smtp_capabilities){.known = true};
	while (span_next(&offers, '\n', &line))
		add_keyword(caps_r, line);
}

struct hint {
	int code;
	const char *enhanced;
	const char *hint;
};

/* Who has sent too much is kept out for a while: Exchange Online (432 without that code is a
 * password's), Gmail. */
static const struct hint limits[] = {
	{432, "4.3.2", "the server limits this account for a while: connections or messages"},
	{0, "4.7.28", "the server limits this client or sender for a while"},
	{0, "5.4.5", "the account has sent as much as it may: limited for up to a day"},
};

/* From the top, the first line that fits is taken: what is said most exactly comes first. NULL and
 * 0 fit all; an enhanced code that begins with '.' fits either class. */
static const struct hint hints[] = {
	{0, ".1.0", "the address is not accepted"},
	{0, ".1.1", "the recipient does not exist"},
	{0, ".1.2", "the recipient's domain does not exist or takes no mail"},
	{0, ".1.3", "the recipient's address is malformed"},
	{0, ".1.6", "the recipient has moved"},
	{0, ".1.7", "the sender's address is malformed or not accepted"},
	{0, ".1.8", "the sender's domain does not exist or is not accepted"},
	{0, ".1.10", "the recipient does not exist, or its domain takes no mail"},
	{0, ".2.1", "the recipient's mailbox is disabled"},
	{0, ".2.2", "the recipient's mailbox is full"},
	{0, ".2.3", "the message is larger than the recipient's mailbox takes"},
	{0, "5.2.252", "the user logged on may not send as this sender"},
	{0, ".3.1", "the server is short of disk space or memory"},
	{0, ".3.2", "the server takes no mail at present: shut down, inactive or in maintenance"},
	{0, ".3.4", "the message is larger than the server takes"},
	{0, "5.3.3", "the server does not know this command"},
	{0, ".4.1", "the server cannot reach the next one, or knows no such recipient"},
	/* of its own connection, to us (Postfix, Exchange) */
	{421, ".4.2", "the server ends the connection: it waited too long, or lost it"},
	{0, ".4.2", "the server lost its connection to the next one"},
	{0, ".4.3", "the server cannot look up where to deliver"},
	{0, ".4.4", "the server finds no route to the recipient"},
	{0, ".4.6", "the mail loops between servers"},
	{0, "5.5.2", "the server did not understand the command, or misses an EHLO before it"},
	{0, "5.5.4", "the server does not accept a parameter of the command, or the EHLO name"},
	{0, ".5.3", "too many recipients"},
	{0, ".6.7", "the server cannot take non-ASCII addresses (SMTPUTF8)"},
	{0, ".7.3", "wrong user or password, or this way to log on is not allowed here"},
	{0, ".7.4", "the server does not accept this way to log on, or only after TLS"},
	{0, ".7.8", "wrong user or password"},
	{0, ".7.9", "the server wants a stronger way to log on, such as an application password"},
	{0, ".7.10", "the server wants TLS first"},
	{0, ".7.11", "this way to log on needs TLS first"},
	{0, ".7.12", "the password must be changed or set anew first"},
	{0, "5.7.13", "the account is disabled"},
	{0, "5.7.14", "the server wants a logon with a browser first, or an application password"},
	{0, ".7.20", "no valid DKIM signature"},
	{0, ".7.23", "SPF does not allow this client to send for the sender's domain"},
	{0, ".7.25", "the client's address has no matching reverse DNS name"},
	{0, ".7.26", "neither SPF nor DKIM vouches for the sender"},
	{0, ".7.27", "the sender's domain takes no mail (null MX)"},
	{0, "5.7.54", "the server does not relay to this recipient without a logon"},
	{0, "5.7.57", "the server wants a logon before mail"},
	{0, "5.7.60", "the user logged on may not send as this sender"},
	{0, "5.7.139",
	 "wrong password, or SMTP AUTH is switched off for the mailbox or the tenant"},
	{421, NULL,
	 "the server ends the connection: overloaded, in maintenance, or limiting clients"},
	{432, NULL, "the password must be changed or set anew first"},
	{454, NULL, "TLS or logon is not available for now: see the server's log"},
	{504, NULL, "the server does not accept this way to log on, or only after TLS"},
	{530, ".7.1", "the server wants a logon first"},
	{530, NULL, "the server wants TLS or a logon first"},
	{534, NULL, "the server wants a stronger way to log on, such as an application password"},
	{535, NULL, "wrong user or password"},
	{538, NULL, "this way to log on needs TLS first"},
	/* "Temporary server error. PRX2": Exchange's front end did not reach its back end */
	{451, ".7.0", "an error on the server, or it cannot reach the one behind it: see its log"},
	{0, "4.7.1", "greylisted or limited by policy: try again later"},
	{0, "5.7.1",
	 "refused by policy: no relaying for this recipient, or sender or client not allowed"},
	{0, ".7.0", "refused by the server's policy: see its log"},
	{450, NULL, "the mailbox is busy, or the client is greylisted: try again later"},
	{451, NULL, "an error on the server, or greylisted: see its log"},
	{452, NULL, "the server is short of disk space, or there are too many recipients"},
	{500, NULL, "the server does not know this command"},
	{501, NULL, "the server does not accept a parameter of the command"},
	{502, NULL, "the server does not offer this command"},
	{503, NULL, "the server wants another command first, such as a logon"},
	{521, NULL, "this host takes no mail"},
	{550, NULL, "the mailbox does not exist, or the server does not relay to it"},
	{551, NULL, "the recipient is not of this server"},
	{552, NULL, "the mailbox is full, or the message too large"},
	{553, NULL, "the address is not accepted: malformed, or not allowed for this user"},
	{554, NULL, "the server refuses this client or this mail: see its log"},
	{555, NULL, "the server does not know a parameter of the command"},
	{556, NULL, "the recipient's domain takes no mail"},
};

static bool enhanced_fits(const char *pattern, const char *enhanced)
{
	if (!pattern)
		return true;
	return *enhanced && !strcmp(pattern, *pattern == '.' ? enhanced + 1 : enhanced);
}

static const char *find_hint(const struct hint *table, size_t count, int code, const char *enhanced)
{
	for (size_t i = 0; i < count; i++)
		if ((!table[i].code || table[i].code == code) &&
		    enhanced_fits(table[i].enhanced, enhanced))
			return table[i].hint;
	return NULL;
}

const char *smtp_limit(int code, const char *enhanced)
{
	if (code < 400)
		return NULL;
	return find_hint(limits, sizeof(limits) / sizeof(limits[0]), code, enhanced);
}

const char *smtp_hint(int code, const char *enhanced)
{
	const char *hint = smtp_limit(code, enhanced);

	if (!hint && code >= 400)
		hint = find_hint(hints, sizeof(hints) / sizeof(hints[0]), code, enhanced);
	return hint ? hint : "";
}

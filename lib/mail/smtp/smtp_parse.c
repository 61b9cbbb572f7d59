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

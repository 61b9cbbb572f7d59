/* pop3_parse.c - POP3 replies taken apart: status, response code, numbers, capabilities, timestamp.
 * Touches no socket, allocates nothing. */
#include "mail/pop3/pop3_parse.h"

#include <string.h>

#include "base/text.h"

enum { UID_MAX = 255, TIMESTAMP_MAX = 250 };

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Some proxies make CR LF of every LF. */
static void strip_crs(struct span *line)
{
	while (line->len && line->at[line->len - 1] == '\r')
		line->len--;
}

/* ---- replies ---- */

/* "[" code "]": RFC 2449 section 8. Only at the very start of the text. */
static void split_code(struct pop3_reply *r)
{
	const char *close =
		r->text.len && *r->text.at == '[' ? memchr(r->text.at, ']', r->text.len) : NULL;

	if (!close)
		return;
	r->code = (struct span){r->text.at + 1, (size_t)(close - r->text.at - 1)};
	span_skip(&r->text, r->code.len + 2);
	if (r->text.len && is_blank(*r->text.at))
		span_skip(&r->text, 1);
}

int pop3_parse_reply(const char *line, size_t len, struct pop3_reply *reply_r)
{
	static const struct {
		const char *word;
		enum pop3_status status;
	} known[] = {{"+OK", POP3_OK}, {"-ERR", POP3_ERR}, {"+", POP3_CONTINUATION}};

	*reply_r = (struct pop3_reply){.words = {line, len}};
	strip_crs(&reply_r->words);
	len = reply_r->words.len;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		size_t n = strlen(known[i].word);
		if (len < n || memcmp(line, known[i].word, n) || (len > n && !is_blank(line[n])))
			continue;
		reply_r->status = known[i].status;
		reply_r->text = (struct span){line + n, len - n};
		if (reply_r->text.len)
			span_skip(&reply_r->text, 1);
		if (reply_r->status != POP3_CONTINUATION)
			split_code(reply_r);
		return 0;
	}
	return -1;
}

bool pop3_line_ends(struct span *line)
{
	strip_crs(line);
	if (!line->len || *line->at != '.')
		return false;
	if (line->len == 1)
		return true;
	span_skip(line, 1);
	return false;
}

/* ---- numbers ---- */

static int take_number(struct span *s, uint64_t max, uint64_t *number_r)
{
	struct span word = span_next_word(s);

	return span_parse_uint(word, max, number_r);
}

int pop3_parse_stat(struct span text, uint32_t *messages_r, uint64_t *size_r)
{
	uint64_t messages, size;

	if (take_number(&text, POP3_MESSAGES_MAX, &messages) ||
	    take_number(&text, POP3_SIZE_MAX, &size))
		return -1;
	*messages_r = (uint32_t)messages;
	*size_r = size;
	return 0;
}

static bool is_digits(struct span word)
{
	for (size_t i = 0; i < word.len; i++)
		if (word.at[i] < '0' || word.at[i] > '9')
			return false;
	return word.len > 0;
}

int pop3_parse_stat_count(struct span text, uint32_t *messages_r)
{
	uint64_t messages;

	if (take_number(&text, POP3_MESSAGES_MAX, &messages) || is_digits(span_next_word(&text)))
		return -1;
	*messages_r = (uint32_t)messages;
	return 0;
}

int pop3_parse_list(struct span line, uint32_t *number_r, uint64_t *size_r)
{
	return pop3_parse_stat(line, number_r, size_r) || !*number_r ? -1 : 0;
}

int pop3_parse_uidl(struct span line, uint32_t *number_r, struct span *uid_r)
{
	uint64_t number;

	if (take_number(&line, POP3_MESSAGES_MAX, &number) || !number)
		return -1;
	*number_r = (uint32_t)number;
	*uid_r = span_next_word(&line);
	return uid_r->len && uid_r->len <= UID_MAX ? 0 : -1;
}

bool pop3_number_impossible(struct span line)
{
	struct span first = span_next_word(&line);
	uint64_t number;

	return is_digits(first) && (span_parse_uint(first, POP3_MESSAGES_MAX, &number) || !number);
}

int pop3_parse_list_answer(struct span text, uint32_t number, uint64_t *size_r)
{
	struct span rest = text, first = span_next_word(&rest), second = span_next_word(&rest);
	uint32_t answered;

	if (pop3_parse_list(text, &answered, size_r) == 0)
		return answered == number ? 1 : -1;
	if (!is_digits(first))
		return 0;
	if (!second.len)
		return span_parse_uint(first, POP3_SIZE_MAX, size_r) ? -1 : 1;
	return *second.at == '-' || is_digits(second) ? -1 : 0;
}

int pop3_parse_uidl_answer(struct span text, uint32_t number, struct span *uid_r)
{
	struct span rest = text, first = span_next_word(&rest), second = span_next_word(&rest);
	uint32_t answered;
	uint64_t value;

	if (pop3_parse_uidl(text, &answered, uid_r) == 0)
		return answered == number ? 1 : -1;
	if (second.len)
		return is_digits(first) ? -1 : 0;
	/* the number alone: then this server does not leave it out, and the unique-id is missing */
	if (span_parse_uint(first, POP3_MESSAGES_MAX, &value) == 0 && value == number)
		return -1;
	*uid_r = first;
	return first.len && first.len <= UID_MAX;
}

int pop3_uid_compare(struct span a, struct span b)
{
	if (a.len != b.len)
		return a.len < b.len ? -1 : 1;
	return memcmp(a.at, b.at, a.len);
}

/* ---- capabilities ---- */

void pop3_parse_capability(struct span line, struct pop3_capabilities *caps)
{
	const struct {
		const char *name;
		bool *flag;
	} flags[] = {
		{"TOP", &caps->top},
		{"UIDL", &caps->uidl},
		{"USER", &caps->user},
		{"STLS", &caps->stls},
		{"UTF8", &caps->utf8},
		{"PIPELINING", &caps->pipelining},
		{"AUTH-RESP-CODE", &caps->auth_resp_code},
	};
	struct span name = span_next_word(&line);
	uint64_t seconds;

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (span_is(name, flags[i].name))
			*flags[i].flag = true;
	if (span_is(name, "SASL"))
		sasl_add_mechanisms(caps->mechanisms, line);
	else if (span_is(name, "LOGIN-DELAY") && take_number(&line, UINT32_MAX, &seconds) == 0) {
		caps->login_delay_s = (uint32_t)seconds;
		caps->delay_by_user = span_is(span_next_word(&line), "USER");
	}
}

/* ---- APOP ---- */

/* RFC 5322 atext, and the dots and address literals that stand in message identifiers */
static bool is_id_char(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (c && strchr("!#$%&'*+-/=?^_`{|}~.[]:", c));
}

struct span pop3_parse_timestamp(struct span greeting)
{
	const struct span none = {"", 0};
	const char *open = greeting.len ? memchr(greeting.at, '<', greeting.len) : NULL;
	size_t at_signs = 0;

	if (!open)
		return none;
	struct span id = {open, 1};
	for (size_t left = greeting.len - (size_t)(open - greeting.at); id.len < left; id.len++) {
		char c = open[id.len];
		if (c == '>')
			break;
		if (c != '@' && !is_id_char(c))
			return none;
		at_signs += c == '@';
	}
	id.len++;
	bool closed = open + id.len <= greeting.at + greeting.len;
	if (!closed || at_signs != 1 || open[1] == '@' || open[id.len - 2] == '@' ||
	    id.len > TIMESTAMP_MAX)
		return none;
	return id;
}

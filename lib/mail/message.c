/* message.c - the test message: composing it, and recognising it beyond doubt
 *
 * A header is read as hostile input, for what it says decides on deletion: a field that is there
 * twice, cut, too long or out of shape counts as not there. */
#include "mail/message.h"

#include <gnutls/gnutls.h>
#include <gnutls/crypto.h>
#include <string.h>

#include "base/text.h"
#include "mail/date.h"

enum { VALUE_MAX = 512, ADDRESS_MAX = 254, LOCAL_PART_MAX = 64 };

/* ---- composing ---- */

int message_new_token(char token[TOKEN_LEN + 1], struct err *err)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char random[TOKEN_LEN / 2];
	int rc = gnutls_rnd(GNUTLS_RND_NONCE, random, sizeof(random));

	if (rc < 0)
		return err_set(err, ERR_LOCAL, "no random numbers: %s", gnutls_strerror(rc));
	for (size_t i = 0; i < sizeof(random); i++) {
		token[2 * i] = digits[random[i] >> 4];
		token[2 * i + 1] = digits[random[i] & 0x0f];
	}
	token[TOKEN_LEN] = '\0';
	return 0;
}

void message_compose(struct buf *b, const struct message *m)
{
	buf_append_str(b, "Date: ");
	date_format(b, m->date);
	buf_printf(b, "\r\nFrom: <%s>\r\n", m->from);
	buf_printf(b, "To: <%s>\r\n", m->to);
	buf_printf(b, "Subject: " MESSAGE_SUBJECT_PREFIX "%s\r\n", m->token);
	buf_printf(b, "Message-ID: <%s@%s>\r\n", m->token, m->host);
	buf_printf(b, MESSAGE_TOKEN_FIELD ": %s\r\n", m->token);
	buf_append_str(b,
		       "Auto-Submitted: auto-generated\r\n"
		       "MIME-Version: 1.0\r\n"
		       "Content-Type: text/plain; charset=us-ascii\r\n"
		       "\r\n"
		       "This is a test message. A monitoring check has sent it to prove that\r\n"
		       "mail reaches this mailbox, and deletes it as soon as it has arrived.\r\n"
		       "If you find it here, the check was interrupted: a later run removes it,\r\n"
		       "and you may delete it at any time.\r\n"
		       "\r\n");
	buf_printf(b, "Token: %s\r\n", m->token);
}

/* ---- addresses ---- */

static bool is_alnum(unsigned char c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c >= 0x80;
}

/* dots stand where they like: mailboxes with ".." in their names exist, against the RFC */
static bool is_dot_atom(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!is_alnum((unsigned char)text[i]) && !strchr(".!#$%&'*+-/=?^_`{|}~", text[i]))
			return false;
	return len > 0;
}

static bool is_quoted_string(const char *text, size_t len)
{
	if (len < 3 || text[0] != '"' || text[len - 1] != '"')
		return false;
	for (size_t i = 1; i < len - 1; i++) {
		if (text[i] == '"')
			return false;
		if (text[i] == '\\' && ++i == len - 1)
			return false;
	}
	return true;
}

static bool is_domain(const char *text, size_t len)
{
	bool literal = len > 2 && text[0] == '[' && text[len - 1] == ']';

	for (size_t i = literal; i < len - literal; i++) {
		if (literal ? !is_alnum((unsigned char)text[i]) && !strchr(".:-", text[i])
			    : !is_alnum((unsigned char)text[i]) && !strchr(".-_", text[i]))
			return false;
		if (!literal && text[i] == '.' && (i == 0 || i == len - 1 || text[i - 1] == '.'))
			return false;
	}
	return len > 0;
}

bool message_address_valid(const char *address)
{
	size_t len = strlen(address);
	const char *at = strrchr(address, '@');

	if (len > ADDRESS_MAX || !at)
		return false;
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)address[i] <= ' ' || address[i] == 0x7f || address[i] == '<' ||
		    address[i] == '>')
			return false;
	size_t local = (size_t)(at - address);
	if (local > LOCAL_PART_MAX ||
	    (!is_dot_atom(address, local) && !is_quoted_string(address, local)))
		return false;
	return is_domain(at + 1, len - local - 1);
}

/* ---- recognising ---- */

static bool is_token(const char *text, size_t len)
{
	if (len != TOKEN_LEN)
		return false;
	for (size_t i = 0; i < len; i++)
		if (!(text[i] >= '0' && text[i] <= '9') && !(text[i] >= 'a' && text[i] <= 'f'))
			return false;
	return true;
}

/* A field that is looked for: its value unfolded, runs of blanks made one, none at the ends. */
struct field {
	const char *name;
	unsigned int seen; /* how many fields of this name */
	bool cut;          /* longer than VALUE_MAX */
	char value[VALUE_MAX];
	size_t len;
};

static void add_value(struct field *f, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		bool blank = text[i] == ' ' || text[i] == '\t';
		if (blank && (!f->len || f->value[f->len - 1] == ' '))
			continue;
		if (f->len == VALUE_MAX) {
			f->cut = true;
			return;
		}
		f->value[f->len++] = blank ? ' ' : text[i];
	}
}

/* Start the field that line begins. Returns NULL if it is none of those looked for. A second one of
 * the same name is counted, and its value not read. */
static struct field *begin_field(struct field *fields, size_t count, const char *line, size_t len)
{
	const char *colon = memchr(line, ':', len);
	size_t name = colon ? (size_t)(colon - line) : 0;

	/* obsolete syntax, RFC 5322 section 4.5: blanks before the colon */
	while (name && (line[name - 1] == ' ' || line[name - 1] == '\t'))
		name--;
	for (size_t i = 0; name && i < count; i++) {
		if (!text_equal_nocase(line, name, fields[i].name))
			continue;
		if (fields[i].seen++)
			return NULL;
		add_value(&fields[i], colon + 1, len - (size_t)(colon - line) - 1);
		return &fields[i];
	}
	return NULL;
}

/* The next line of text from *at on, without its end. False at the end of the text. */
static bool next_line(const char *text, size_t len, size_t *at, const char **line_r, size_t *len_r)
{
	if (*at >= len)
		return false;
	const char *line = text + *at;
	const char *lf = memchr(line, '\n', len - *at);
	size_t n = lf ? (size_t)(lf - line) : len - *at;
	*at += n + (lf ? 1 : 0);
	if (n && line[n - 1] == '\r')
		n--;
	*line_r = line;
	*len_r = n;
	return true;
}

static void read_fields(const char *header, size_t len, struct field *fields, size_t count)
{
	struct field *current = NULL;
	const char *line;
	size_t at = 0, n;

	while (next_line(header, len, &at, &line, &n) && n) {
		if (*line != ' ' && *line != '\t')
			current = begin_field(fields, count, line, n);
		else if (current)
			add_value(current, line, n);
	}
	for (size_t i = 0; i < count; i++)
		if (fields[i].len && fields[i].value[fields[i].len - 1] == ' ')
			fields[i].len--;
}

static bool is_single(const struct field *f)
{
	return f->seen == 1 && !f->cut;
}

static bool take_token(const char *text, size_t len, char token_r[TOKEN_LEN + 1])
{
	if (!is_token(text, len))
		return false;
	memcpy(token_r, text, TOKEN_LEN);
	token_r[TOKEN_LEN] = '\0';
	return true;
}

void message_header_parse(const char *header, size_t len, struct message_header *header_r)
{
	enum { SUBJECT, TOKEN, DATE, COUNT };
	struct field field[COUNT] = {
		{.name = "Subject"}, {.name = MESSAGE_TOKEN_FIELD}, {.name = "Date"}};
	const struct field *subject = &field[SUBJECT];
	size_t prefix = strlen(MESSAGE_SUBJECT_PREFIX);

	*header_r = (struct message_header){0};
	read_fields(header, len, field, COUNT);
	if (is_single(subject) && subject->len > prefix &&
	    !memcmp(subject->value, MESSAGE_SUBJECT_PREFIX, prefix))
		header_r->has_subject = take_token(subject->value + prefix, subject->len - prefix,
						   header_r->subject_token);
	if (is_single(&field[TOKEN]))
		header_r->has_token =
			take_token(field[TOKEN].value, field[TOKEN].len, header_r->token);
	if (is_single(&field[DATE]))
		header_r->has_date =
			!date_parse(field[DATE].value, field[DATE].len, &header_r->date);
}

bool message_is_ours(const struct message_header *h, const char *token)
{
	return h->has_subject && h->has_token && is_token(token, strlen(token)) &&
	       !strcmp(h->subject_token, token) && !strcmp(h->token, token);
}

bool message_is_stale(const struct message_header *h, time_t now, long max_age_s)
{
	return h->has_subject && h->has_token && !strcmp(h->subject_token, h->token) &&
	       h->has_date && h->date < now - max_age_s;
}

bool message_body_has_token(const char *text, size_t len, const char *token)
{
	static const char label[] = "Token: ";
	size_t prefix = sizeof(label) - 1;
	const char *line;
	size_t at = 0, n;

	while (next_line(text, len, &at, &line, &n) && n)
		;
	while (next_line(text, len, &at, &line, &n)) {
		while (n && (line[n - 1] == ' ' || line[n - 1] == '\t'))
			n--;
		if (n == prefix + TOKEN_LEN && !memcmp(line, label, prefix) &&
		    !strncmp(line + prefix, token, TOKEN_LEN) && is_token(token, strlen(token)))
			return true;
	}
	return false;
}

/* message.c - the test message: composing it, and recognising it beyond doubt
 *
 * A header is read as hostile input, for what it says decides on deletion: a field that is there
 * twice, cut, too long or out of shape counts as not there. */
#include "mail/message.h"

#include <gnutls/gnutls.h>
#include <gnutls/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/xalloc.h"
#include "mail/date.h"
#include "mail/encoded_word.h"
#include "mail/header.h"
#include "net/idna.h"

enum { ADDRESS_MAX = 254, LOCAL_PART_MAX = 64 };

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

bool message_local_part_valid(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] <= ' ' || text[i] == 0x7f || text[i] == '<' ||
		    text[i] == '>')
			return false;
	return len <= LOCAL_PART_MAX && (is_dot_atom(text, len) || is_quoted_string(text, len));
}

bool message_address_valid(const char *address)
{
	size_t len = strlen(address);
	const char *at = strrchr(address, '@');

	if (len > ADDRESS_MAX || !at)
		return false;
	size_t local = (size_t)(at - address);
	return message_local_part_valid(address, local) && is_domain(at + 1, len - local - 1);
}

char *message_address_ascii(const char *address)
{
	const char *at = strrchr(address, '@');
	char domain[ENDPOINT_HOST_SIZE];

	if (!at || idna_ascii(at + 1, domain))
		return xstrdup(address);
	char *ascii = xasprintf("%.*s%s", (int)(at + 1 - address), address, domain);
	if (text_is_ascii(ascii))
		return ascii;
	free(ascii);
	return xstrdup(address);
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

/* A field that is looked for. */
struct field {
	const char *name;
	unsigned int seen; /* how many fields of this name */
	struct header_field first;
};

/* A second field of a name is counted, and not read. */
static void read_fields(const char *header, size_t len, struct field *fields, size_t count)
{
	struct span rest = {header, len};
	struct header_field f;

	while (header_next(&rest, &f))
		for (size_t i = 0; i < count; i++)
			if (span_is(f.name, fields[i].name) && !fields[i].seen++)
				fields[i].first = f;
}

static bool is_single(const struct field *f)
{
	return f->seen == 1 && !f->first.cut;
}

static void take_token(const char *text, char token_r[TOKEN_LEN + 1])
{
	memcpy(token_r, text, TOKEN_LEN);
	token_r[TOKEN_LEN] = '\0';
}

static bool is_ascii_alnum(char c)
{
	return is_alnum((unsigned char)c) && (unsigned char)c < 0x80;
}

/* Whether the prefix at this place is followed by a token, and both are words of their own. */
static bool is_subject(const char *at, const char *begin, const char *end)
{
	const char *token = at + strlen(MESSAGE_SUBJECT_PREFIX);

	return (at == begin || !is_ascii_alnum(at[-1])) && end - token >= TOKEN_LEN &&
	       is_token(token, TOKEN_LEN) &&
	       (end - token == TOKEN_LEN || !is_ascii_alnum(token[TOKEN_LEN]));
}

/* What answers and forwards quote twice is told by its token; two tokens tell nothing. */
static void read_subject(const struct field *f, struct message_header *h)
{
	const size_t prefix = strlen(MESSAGE_SUBJECT_PREFIX);
	char text[HEADER_VALUE_MAX];
	size_t len = encoded_words_decode(f->first.value, f->first.len, text);
	const char *at = text, *end = text + len;
	bool ambiguous = false;

	while ((at = memmem(at, (size_t)(end - at), MESSAGE_SUBJECT_PREFIX, prefix))) {
		if (is_subject(at, text, end)) {
			ambiguous = ambiguous || (h->subject_token[0] &&
						  memcmp(at + prefix, h->subject_token, TOKEN_LEN));
			take_token(at + prefix, h->subject_token);
		}
		at += prefix;
	}
	h->subject_tagged = h->subject_token[0] && len != prefix + TOKEN_LEN;
	if (ambiguous)
		*h->subject_token = '\0';
}

/* "<" TOKEN "@" anything ">" (RFC 5322 section 3.6.4) */
static void read_id(const struct header_field *f, struct message_header *h)
{
	const char *token = f->value + 1, *right = token + TOKEN_LEN + 1;

	if (f->len < TOKEN_LEN + 4 || f->value[0] != '<' || !is_token(token, TOKEN_LEN) ||
	    right[-1] != '@' || f->value[f->len - 1] != '>')
		return;
	for (const char *c = right; c < f->value + f->len - 1; c++)
		if (*c == '<' || *c == '>' || *c == ' ')
			return;
	take_token(token, h->id_token);
}

/* RFC 6522, RFC 3464 */
static bool is_report(struct span type)
{
	char kind[32];

	header_parameter(type, "report-type", kind, sizeof(kind));
	return span_is(header_first(type), "multipart/report") &&
	       span_is(span_of(kind), "delivery-status");
}

void message_header_parse(const char *header, size_t len, struct message_header *header_r)
{
	enum { SUBJECT, FIELD, ID, DATE, TYPE, COUNT };
	struct field field[COUNT] = {{.name = "Subject"},
				     {.name = MESSAGE_TOKEN_FIELD},
				     {.name = "Message-ID"},
				     {.name = "Date"},
				     {.name = "Content-Type"}};

	*header_r = (struct message_header){0};
	read_fields(header, len, field, COUNT);
	for (size_t i = 0; i < COUNT; i++)
		header_r->any = header_r->any || field[i].seen;
	if (is_single(&field[SUBJECT]))
		read_subject(&field[SUBJECT], header_r);
	if (is_single(&field[FIELD]) && is_token(field[FIELD].first.value, field[FIELD].first.len))
		take_token(field[FIELD].first.value, header_r->field_token);
	if (is_single(&field[ID]))
		read_id(&field[ID].first, header_r);
	header_r->report = is_single(&field[TYPE]) && is_report(header_value(&field[TYPE].first));
	if (is_single(&field[DATE]))
		header_r->has_date = !date_parse(field[DATE].first.value, field[DATE].first.len,
						 &header_r->date);
}

/* NULL is the same as nothing. */
static bool is_same(const char *a, const char *b)
{
	return *a && b && !strcmp(a, b);
}

const char *message_token(const struct message_header *h)
{
	if (is_same(h->subject_token, h->field_token) || is_same(h->subject_token, h->id_token))
		return h->subject_token;
	return is_same(h->field_token, h->id_token) ? h->field_token : NULL;
}

bool message_is_ours(const struct message_header *h, const char *token)
{
	const char *found = message_token(h);

	return found && !strcmp(found, token);
}

bool message_is_stale(const struct message_header *h, time_t now, long max_age_s)
{
	return message_token(h) && h->has_date && h->date < now - max_age_s;
}

unsigned int message_changes(const struct message_header *h)
{
	const char *token = message_token(h);
	bool subject = is_same(h->subject_token, token);

	return (subject ? 0 : MESSAGE_SUBJECT_LOST) |
	       (subject && h->subject_tagged ? MESSAGE_SUBJECT_TAGGED : 0) |
	       (is_same(h->field_token, token) ? 0 : MESSAGE_FIELD_LOST) |
	       (is_same(h->id_token, token) ? 0 : MESSAGE_ID_LOST);
}

int message_changes_format(unsigned int changes, struct buf *b)
{
	static const struct {
		enum message_change change;
		const char *words;
	} known[] = {{MESSAGE_SUBJECT_TAGGED, "subject tagged"},
		     {MESSAGE_SUBJECT_LOST, "subject replaced"},
		     {MESSAGE_FIELD_LOST, MESSAGE_TOKEN_FIELD " lost"},
		     {MESSAGE_ID_LOST, "Message-ID replaced"},
		     {MESSAGE_TEXT_CHANGED, "text changed"}};
	const char *comma = "";

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (!(changes & known[i].change))
			continue;
		if (buf_printf(b, "%s%s", comma, known[i].words))
			return -1;
		comma = ", ";
	}
	return 0;
}

bool message_body_has_token(const char *text, size_t len, const char *token)
{
	static const char label[] = "Token: ";
	size_t prefix = sizeof(label) - 1;
	struct span rest = {text, len}, line;

	while (header_next_line(&rest, &line) && line.len)
		;
	while (header_next_line(&rest, &line)) {
		while (line.len && (line.at[line.len - 1] == ' ' || line.at[line.len - 1] == '\t'))
			line.len--;
		if (line.len == prefix + TOKEN_LEN && !memcmp(line.at, label, prefix) &&
		    !strncmp(line.at + prefix, token, TOKEN_LEN) && is_token(token, strlen(token)))
			return true;
	}
	return false;
}

/* imap_token.c - what IMAP responses are made of: atoms, strings and lists. Touches no socket,
 * allocates nothing, recurses nowhere. */
#include "mail/imap/imap_token.h"

#include <string.h>

#include "base/text.h"

enum { NESTING_MAX = 32 };

int imap_literal_size(struct span digits, uint64_t max, uint64_t *size_r)
{
	/* the '+' is for clients alone (RFC 7888), and yet some servers send it */
	if (digits.len > 1 && digits.at[digits.len - 1] == '+')
		digits.len--;
	return span_parse_uint(digits, max, size_r);
}

static enum imap_token_kind take_quoted(struct span *s, struct span *token_r)
{
	for (size_t i = 1; i < s->len; i++) {
		if (s->at[i] == '\\') {
			i++;
		} else if (s->at[i] == '"') {
			*token_r = (struct span){s->at + 1, i - 1};
			span_skip(s, i + 1);
			return IMAP_TOKEN_STRING;
		}
	}
	return IMAP_TOKEN_BAD;
}

static enum imap_token_kind take_literal(struct span *s, struct span *token_r)
{
	const char *close = memchr(s->at, '}', s->len);
	uint64_t size;

	if (!close)
		return IMAP_TOKEN_BAD;
	const struct span digits = {s->at + 1, (size_t)(close - s->at) - 1};
	if (imap_literal_size(digits, UINT32_MAX, &size))
		return IMAP_TOKEN_BAD;
	size_t head = (size_t)(close - s->at) + 3; /* "}" CR LF */
	if (head > s->len || close[1] != '\r' || close[2] != '\n' || size > s->len - head)
		return IMAP_TOKEN_BAD;
	*token_r = (struct span){s->at + head, (size_t)size};
	span_skip(s, head + size);
	return IMAP_TOKEN_STRING;
}

/* What ends an atom. A literal or a line end within one is malformed, and must not hide what
 * follows it. */
static bool ends_atom(char c)
{
	return (unsigned char)c <= ' ' || c == '(' || c == ')' || c == '"' || c == '{';
}

/* Whether an atom's '[' opens a section: BODY[, BINARY.SIZE[. Elsewhere it is a character as any
 * other: flags hold it, alone and unbalanced. */
static bool opens_section(const char *atom, size_t len)
{
	return text_starts_nocase(atom, len, "BODY") || text_starts_nocase(atom, len, "BINARY");
}

/* An atom; a "[...]" in it (BODY[HEADER.FIELDS (DATE "X-A")]<0>) belongs to it with all that stands
 * there. */
static enum imap_token_kind take_atom(struct span *s, struct span *token_r)
{
	size_t i = 0;
	bool section = false, quoted = false;

	for (; i < s->len; i++) {
		char c = s->at[i];
		if (quoted && c == '\\' && i + 1 < s->len)
			i++;
		else if (section && c == '"')
			quoted = !quoted;
		else if (quoted)
			continue;
		else if (c == '[' && opens_section(s->at, i))
			section = true;
		else if (c == ']')
			section = false;
		else if (!section && ends_atom(c))
			break;
	}
	*token_r = (struct span){s->at, i};
	span_skip(s, i);
	return i && !section ? IMAP_TOKEN_ATOM : IMAP_TOKEN_BAD;
}

enum imap_token_kind imap_next_token(struct span *s, struct span *token_r)
{
	while (s->len && *s->at == ' ')
		span_skip(s, 1);
	if (!s->len)
		return IMAP_TOKEN_END;
	switch (*s->at) {
	case '(':
	case ')':
		s->len--;
		return *s->at++ == '(' ? IMAP_TOKEN_OPEN : IMAP_TOKEN_CLOSE;
	case '"':
		return take_quoted(s, token_r);
	case '~': /* literal8 (RFC 3516) */
		if (s->len < 2 || s->at[1] != '{')
			return take_atom(s, token_r);
		span_skip(s, 1);
		return take_literal(s, token_r);
	case '{':
		return take_literal(s, token_r);
	default:
		return take_atom(s, token_r);
	}
}

enum imap_token_kind imap_take_value(struct span *s, struct span *token_r)
{
	struct span inner;
	enum imap_token_kind kind = imap_next_token(s, token_r);
	unsigned int depth = 1;

	if (kind != IMAP_TOKEN_OPEN)
		return kind == IMAP_TOKEN_ATOM || kind == IMAP_TOKEN_STRING ? kind : IMAP_TOKEN_BAD;
	while (depth) {
		switch (imap_next_token(s, &inner)) {
		case IMAP_TOKEN_OPEN:
			if (++depth > NESTING_MAX)
				return IMAP_TOKEN_BAD;
			break;
		case IMAP_TOKEN_CLOSE:
			depth--;
			break;
		case IMAP_TOKEN_END:
		case IMAP_TOKEN_BAD:
			return IMAP_TOKEN_BAD;
		default:
			break;
		}
	}
	return IMAP_TOKEN_OPEN;
}

static struct span take_bare(struct span *s)
{
	struct span word = *s;

	for (word.len = 0; word.len < s->len && s->at[word.len] != ' ';)
		word.len++;
	span_skip(s, word.len);
	return word;
}

int imap_take_astring(struct span *s, char *text_r, size_t size)
{
	struct span token;
	size_t len = 0;

	while (s->len && *s->at == ' ')
		span_skip(s, 1);
	bool quoted = s->len && *s->at == '"';
	if (quoted || (s->len && *s->at == '{')) {
		if (imap_next_token(s, &token) != IMAP_TOKEN_STRING)
			return -1;
	} else {
		token = take_bare(s);
		if (!token.len)
			return -1;
	}
	for (size_t i = 0; i < token.len; i++) {
		if (quoted && token.at[i] == '\\')
			i++;
		if (len + 1 >= size || !token.at[i])
			return -1;
		text_r[len++] = token.at[i];
	}
	text_r[len] = '\0';
	return 0;
}

/* imap_parse.c - IMAP responses taken apart: line, literals, codes, FETCH and SEARCH data. Touches
 * no socket, allocates nothing, recurses nowhere. */
#include "mail/imap/imap_parse.h"

#include <string.h>

#include "base/text.h"
#include "mail/imap/imap_token.h"

/* what is not there: no bytes, yet an address that may be reckoned with */
#define NOTHING ((struct span){"", 0})

static enum imap_status status_of_word(struct span word)
{
	static const struct {
		const char *word;
		enum imap_status status;
	} known[] = {{"OK", IMAP_OK},
		     {"NO", IMAP_NO},
		     {"BAD", IMAP_BAD},
		     {"BYE", IMAP_BYE},
		     {"PREAUTH", IMAP_PREAUTH}};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (span_is(word, known[i].word))
			return known[i].status;
	return IMAP_NO_STATUS;
}

/* resp-text: ["[" code "]" SP] text. A code that is not closed is text (RFC 5530 asks for
 * leniency). */
static void split_code(struct imap_response *r, struct span s)
{
	const char *close = s.len && s.at[0] == '[' ? memchr(s.at, ']', s.len) : NULL;

	r->text = s;
	if (!close)
		return;
	r->code = (struct span){s.at + 1, (size_t)(close - s.at - 1)};
	size_t used = (size_t)(close + 1 - s.at);
	if (used < s.len && s.at[used] == ' ')
		used++;
	r->text = (struct span){s.at + used, s.len - used};
}

static int parse_untagged(struct span s, struct imap_response *r)
{
	struct span all = s;
	struct span word = span_cut(&s, ' ');
	uint64_t number;

	r->status = status_of_word(word);
	if (r->status != IMAP_NO_STATUS) {
		r->words = all;
		split_code(r, s);
		return 0;
	}
	if (span_parse_uint(word, UINT32_MAX, &number) == 0) {
		r->has_number = true;
		r->number = (uint32_t)number;
		word = span_cut(&s, ' ');
	}
	r->name = word;
	r->rest = s;
	return word.len ? 0 : -1;
}

static bool tag_char(char c)
{
	return c > ' ' && c < 0x7f && !strchr("(){%*\"\\+", c);
}

static int parse_tagged(struct span s, struct imap_response *r)
{
	r->tag = span_cut(&s, ' ');
	for (size_t i = 0; i < r->tag.len; i++)
		if (!tag_char(r->tag.at[i]))
			return -1;
	r->words = s;
	r->status = status_of_word(span_cut(&s, ' '));
	split_code(r, s);
	bool final = r->status == IMAP_OK || r->status == IMAP_NO || r->status == IMAP_BAD;
	return r->tag.len && final ? 0 : -1;
}

int imap_parse_response(const char *bytes, size_t len, struct imap_response *response_r)
{
	struct span s = {bytes, len};

	*response_r = (struct imap_response){.kind = IMAP_TAGGED,
					     .tag = NOTHING,
					     .words = NOTHING,
					     .code = NOTHING,
					     .text = NOTHING,
					     .name = NOTHING,
					     .rest = NOTHING};
	if (len >= 2 && bytes[0] == '*' && bytes[1] == ' ') {
		response_r->kind = IMAP_UNTAGGED;
		return parse_untagged((struct span){bytes + 2, len - 2}, response_r);
	}
	if (len >= 1 && bytes[0] == '+') {
		response_r->kind = IMAP_CONTINUATION;
		span_skip(&s, len >= 2 && bytes[1] == ' ' ? 2 : 1); /* some send a bare "+" */
		response_r->text = s;
		return 0;
	}
	return parse_tagged(s, response_r);
}

bool imap_line_is_data(const char *line, size_t len)
{
	if (len < 2 || line[0] != '*' || line[1] != ' ')
		return false;
	struct span s = {line + 2, len - 2};
	return status_of_word(span_cut(&s, ' ')) == IMAP_NO_STATUS;
}

bool imap_is_fetch(const char *bytes, size_t len)
{
	struct imap_response r;

	return imap_parse_response(bytes, len, &r) == 0 && r.has_number && span_is(r.name, "FETCH");
}

int imap_line_literal(const char *line, size_t len, uint32_t max, uint32_t *size_r)
{
	bool quoted = false;
	size_t open = 0;
	uint64_t size;

	if (!len || line[len - 1] != '}')
		return 0;
	for (size_t i = 0; i < len; i++) {
		if (quoted && line[i] == '\\')
			i++;
		else if (line[i] == '"')
			quoted = !quoted;
		else if (!quoted && line[i] == '{')
			open = i + 1;
	}
	if (quoted || !open)
		return 0;
	if (imap_literal_size((struct span){line + open, len - 1 - open}, max, &size))
		return -1;
	*size_r = (uint32_t)size;
	return 1;
}

static void add_uid(struct imap_uids *uids, uint64_t uid)
{
	if (uids->count < IMAP_SEARCH_MAX)
		uids->uid[uids->count++] = (uint32_t)uid;
	else
		uids->cut = true;
}

/* One item of a sequence-set: 7 or 3:9 */
static int add_range(struct span s, struct imap_uids *uids)
{
	struct span item;
	uint64_t first, last;

	span_next(&s, ':', &item);
	if (span_parse_uint(item, UINT32_MAX, &first))
		return -1;
	last = first;
	if (s.at && span_parse_uint(s, UINT32_MAX, &last))
		return -1;
	if (!first || !last)
		return -1;
	if (last < first) { /* RFC 3501: 9:3 means the same as 3:9 */
		uint64_t swap = first;
		first = last;
		last = swap;
	}
	for (; first <= last && !uids->cut; first++)
		add_uid(uids, first);
	return 0;
}

/* A sequence-set: 3,5:9 */
static int add_set(struct span set, struct imap_uids *uids)
{
	struct span item;

	while (span_next(&set, ',', &item))
		if (add_range(item, uids))
			return -1;
	return 0;
}

/* (TAG "x"), where a server says it. */
static struct span take_correlator(struct span *s)
{
	const char *close = s->len && *s->at == '(' ? memchr(s->at, ')', s->len) : NULL;
	const char *open = close ? memchr(s->at, '"', (size_t)(close - s->at)) : NULL;

	if (!close)
		return NOTHING;
	struct span tag = {open ? open + 1 : close, 0};
	while (tag.at + tag.len < close && tag.at[tag.len] != '"')
		tag.len++;
	span_skip(s, (size_t)(close + 1 - s->at));
	return tag;
}

int imap_parse_esearch(struct span rest, const char *tag, struct imap_uids *uids)
{
	bool uid = false;
	struct span of = take_correlator(&rest);

	if (tag && of.len && !span_is(of, tag))
		return 1;
	while (rest.len) {
		struct span word = span_next_word(&rest);
		uid = uid || span_is(word, "UID");
		if (span_is(word, "ALL") && (!uid || add_set(span_next_word(&rest), uids)))
			return -1;
	}
	return 0;
}

int imap_parse_search(struct span rest, struct imap_uids *uids)
{
	uint64_t uid;

	while (rest.len) {
		struct span word = span_cut(&rest, ' ');
		if (!word.len) /* doubled or trailing blanks */
			continue;
		if (word.at[0] == '(') /* RFC 7162: (MODSEQ n) */
			return 0;
		if (span_parse_uint(word, UINT32_MAX, &uid) || uid == 0)
			return -1;
		add_uid(uids, uid);
	}
	return 0;
}

/* ---- FETCH ---- */

/* "BODY[HEADER.FIELDS (...)]<0>" taken apart. */
static void note_section(struct span name, struct imap_fetch *f)
{
	const char *open = memchr(name.at, '[', name.len);
	const char *close = memrchr(name.at, ']', name.len);
	struct span origin = NOTHING;

	f->section = NOTHING;
	if (!open || !close || close < open)
		return;
	f->section = (struct span){open + 1, (size_t)(close - open) - 1};
	origin = (struct span){close + 1, name.len - (size_t)(close + 1 - name.at)};
	f->from_start = !origin.len || span_is(origin, "<0>");
}

/* Whether a list of flags, parentheses and all, has this one. */
static bool has_flag(struct span list, const char *flag)
{
	list = span_trim(list);
	if (list.len < 2)
		return false;
	return span_has_word((struct span){list.at + 1, list.len - 2}, flag);
}

static int take_uid(struct span value, enum imap_token_kind kind, struct imap_fetch *f)
{
	uint64_t number;

	if (kind != IMAP_TOKEN_ATOM || text_parse_uint(value.at, value.len, UINT32_MAX, &number) ||
	    number == 0 || (f->has_uid && number != f->uid))
		return -1;
	f->has_uid = true;
	f->uid = (uint32_t)number;
	return 0;
}

static int take_body(struct span name, struct span value, enum imap_token_kind kind,
		     struct imap_fetch *f)
{
	if (kind == IMAP_TOKEN_OPEN || (kind == IMAP_TOKEN_ATOM && !span_is(value, "NIL")))
		return -1;
	f->has_body = true;
	f->body = kind == IMAP_TOKEN_STRING ? value : NOTHING;
	note_section(name, f);
	return 0;
}

static int take_item(struct span *s, struct span name, struct imap_fetch *f)
{
	struct span value = {NULL, 0}, all = *s;
	enum imap_token_kind kind = imap_take_value(s, &value);

	if (kind == IMAP_TOKEN_BAD)
		return -1;
	all.len -= s->len;
	if (span_is(name, "UID"))
		return take_uid(value, kind, f);
	if (text_starts_nocase(name.at, name.len, "BODY[") && !f->has_body)
		return take_body(name, value, kind, f);
	if (span_is(name, "FLAGS") && kind == IMAP_TOKEN_OPEN) {
		f->has_flags = true;
		f->deleted = has_flag(all, "\\Deleted");
	}
	return 0;
}

int imap_parse_fetch(struct span rest, struct imap_fetch *fetch_r)
{
	struct span name;
	bool closed = false;

	*fetch_r = (struct imap_fetch){0};
	if (imap_next_token(&rest, &name) != IMAP_TOKEN_OPEN)
		return -1;
	for (;;) {
		switch (imap_next_token(&rest, &name)) {
		case IMAP_TOKEN_CLOSE: /* Xeams closes the list early, and goes on with its items */
			closed = true;
			break;
		case IMAP_TOKEN_END:
			return closed ? 0 : -1;
		case IMAP_TOKEN_ATOM:
			if (take_item(&rest, name, fetch_r))
				return closed ? 0 : -1;
			break;
		default:
			return closed ? 0 : -1;
		}
	}
}

/* ---- response codes ---- */

bool imap_code_is(struct span code, const char *name)
{
	return span_is(span_cut(&code, ' '), name);
}

int imap_code_number(struct span code, const char *name, uint32_t *number_r)
{
	uint64_t number;

	if (!span_is(span_cut(&code, ' '), name) || span_parse_uint(code, UINT32_MAX, &number))
		return -1;
	*number_r = (uint32_t)number;
	return 0;
}

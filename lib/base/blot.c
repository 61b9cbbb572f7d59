/* blot.c - what is secret, and text in which it is replaced by "****"
 *
 * Owns its copies of the secrets, and wipes them. Each secret is kept in all the forms that it may
 * be quoted in; each form is looked for as a whole, by its start, and by its pieces. */
#include "base/blot.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/xalloc.h"

#define STARS "****"

enum {
	STARS_LEN = sizeof(STARS) - 1,
};

struct blot_window {
	const char *at; /* NULL: free */
	bool base64;
};

/* What is known of a byte of the text. */
enum { HIT = 1, HIT_BASE64 = 2 };

/* ---- their pieces ---- */

static size_t slot_of(const struct blot *b, const char *piece)
{
	uint64_t head;
	uint32_t rest;

	_Static_assert(sizeof(head) + sizeof(rest) == BLOT_PIECE, "all of it counts");
	memcpy(&head, piece, sizeof(head));
	memcpy(&rest, piece + sizeof(head), sizeof(rest));
	uint64_t hash = (head ^ rest * UINT64_C(0x9e3779b97f4a7c15)) * UINT64_C(0xd6e8feb86659fd93);
	return (size_t)(hash >> 32) & (b->slots - 1);
}

/* The slot of a piece, or the free one in which it belongs. */
static struct blot_window *find_window(const struct blot *b, const char *piece)
{
	size_t slot = slot_of(b, piece);

	while (b->window[slot].at && memcmp(b->window[slot].at, piece, BLOT_PIECE) != 0)
		slot = (slot + 1) & (b->slots - 1);
	return &b->window[slot];
}

static void add_windows(struct blot *b, const struct blot_form *f)
{
	for (size_t i = 0; i + BLOT_PIECE <= f->len; i++) {
		struct blot_window *w = find_window(b, f->at + i);
		if (!w->at)
			*w = (struct blot_window){f->at + i, f->base64};
	}
}

/* At most half of the slots are taken, so that a free one is near. */
static void index_pieces(struct blot *b)
{
	size_t pieces = 0;

	for (size_t i = 0; i < b->forms.count; i++) {
		size_t len = b->forms.form[i].len;
		pieces += len < BLOT_PIECE ? 0 : len - BLOT_PIECE + 1;
	}
	free(b->window);
	b->window = NULL;
	b->slots = 0;
	if (!pieces)
		return;
	for (b->slots = 1; b->slots < 2 * pieces;)
		b->slots *= 2;
	b->window = xcalloc(b->slots, sizeof(*b->window));
	for (size_t i = 0; i < b->forms.count; i++)
		add_windows(b, &b->forms.form[i]);
}

void blot_add(struct blot *b, const char *secret, const char *username)
{
	if (!*secret)
		return;
	blot_forms_add(&b->forms, secret);
	index_pieces(b);
	if (username && *username && !b->username)
		b->username = xstrdup(username);
}

bool blot_is_empty(const struct blot *b)
{
	return !b->forms.count;
}

void blot_free(struct blot *b)
{
	blot_forms_free(&b->forms);
	free(b->window);
	free(b->username);
	buf_free(&b->marks);
	buf_free(&b->out);
	explicit_bzero(b, sizeof(*b));
}

/* ---- finding them ---- */

/* A text, and what is known of each byte of it. */
struct looked_at {
	const char *text;
	size_t len;
	char *marks;
	size_t status; /* bytes of the status that a reply begins with */
};

static void mark(struct looked_at *l, size_t at, size_t len, bool base64)
{
	for (size_t i = at; i < at + len; i++)
		l->marks[i] |= base64 ? HIT | HIT_BASE64 : HIT;
}

/* Letters, digits and bytes beyond ASCII make words. */
static bool is_word_byte(char c)
{
	unsigned char u = (unsigned char)c;

	return (u >= '0' && u <= '9') || (u >= 'A' && u <= 'Z') || (u >= 'a' && u <= 'z') ||
	       u == '_' || u >= 0x80;
}

static bool is_base64(char c)
{
	return is_word_byte(c) ? c != '_' && (unsigned char)c < 0x80 : c == '+' || c == '/';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* "{12}" at the end of a line: the size of a literal, which is a number of the protocol. */
static bool is_literal_size(const struct looked_at *l, size_t at, size_t len)
{
	for (size_t i = at; i < at + len; i++)
		if (!is_digit(l->text[i]))
			return false;
	return at && l->text[at - 1] == '{' && at + len + 1 == l->len && l->text[at + len] == '}';
}

/* Whether what is too short to be blotted out everywhere stands here as a word of its own. */
static bool is_word(const struct looked_at *l, size_t at, size_t len)
{
	return at >= l->status && (!at || !is_word_byte(l->text[at - 1])) &&
	       (at + len == l->len || !is_word_byte(l->text[at + len])) &&
	       !is_literal_size(l, at, len);
}

/* As memmem, which takes its time before it begins: too much where there is a hit at each byte. */
static const char *find(const struct looked_at *l, size_t from, const char *bytes, size_t len)
{
	const char *at = l->text + from, *end = l->text + l->len;

	while ((size_t)(end - at) >= len &&
	       (at = memchr(at, bytes[0], (size_t)(end - at) - len + 1))) {
		if (!memcmp(at, bytes, len))
			return at;
		at++;
	}
	return NULL;
}

/* A form as a whole, if it is not found by its pieces. */
static void mark_whole(struct looked_at *l, const struct blot_form *f)
{
	bool anywhere = f->len >= BLOT_START_MIN;
	bool within_base64 = f->base64 && f->len >= BLOT_BASE64_MIN;
	const char *found;

	if (f->len >= BLOT_PIECE)
		return;
	for (size_t from = 0; (found = find(l, from, f->at, f->len)); from++) {
		from = (size_t)(found - l->text);
		if (anywhere || (within_base64 && from >= l->status) || is_word(l, from, f->len))
			mark(l, from, f->len, f->base64);
	}
}

static bool starts_with_one_of(const char *text, size_t len, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (text_starts_nocase(text, len, words[i]))
			return true;
	return false;
}

/* Whether a quotation may end before this place: a line's end, a mark, a bracket, an ellipsis. */
static bool may_end(const struct looked_at *l, size_t at)
{
	static const char *const others[] = {
		"...",           "[...",          "(...",         "<...",     "\xe2\x80\xa6",
		"[\xe2\x80\xa6", "(\xe2\x80\xa6", "\xc2\xab",     "\xc2\xbb", "\xe2\x80\x98",
		"\xe2\x80\x99",  "\xe2\x80\x9c",  "\xe2\x80\x9d",
	};

	if (at < l->len && memchr("\"'`>)]}", l->text[at], 7))
		return true;
	while (at < l->len && (l->text[at] == ' ' || l->text[at] == '\t'))
		at++;
	if (at == l->len || l->text[at] == '\r' || l->text[at] == '\n')
		return true;
	return memchr(".[(<\xc2\xe2", l->text[at], 6) &&
	       starts_with_one_of(l->text + at, l->len - at, others,
				  sizeof(others) / sizeof(others[0]));
}

/* The start of a form where its quotation is cut, in base64 by whatever is none; longer ones are
 * found by their pieces. */
static void mark_start(struct looked_at *l, const struct blot_form *f)
{
	size_t longest = f->len < BLOT_PIECE ? f->len : BLOT_PIECE;
	const char *found;

	if (f->len < BLOT_START_MIN)
		return;
	for (size_t from = 0; (found = find(l, from, f->at, BLOT_START_MIN)); from++) {
		from = (size_t)(found - l->text);
		size_t len = BLOT_START_MIN;
		while (len < longest && from + len < l->len && found[len] == f->at[len])
			len++;
		bool ends = f->base64 && (from + len == l->len || !is_base64(l->text[from + len]));
		while (!ends && len >= BLOT_START_MIN && !may_end(l, from + len))
			len--;
		if (len >= BLOT_START_MIN)
			mark(l, from, len, f->base64);
	}
}

static void mark_pieces(const struct blot *b, struct looked_at *l)
{
	if (!b->slots)
		return;
	for (size_t i = 0; i + BLOT_PIECE <= l->len; i++) {
		const struct blot_window *w = find_window(b, l->text + i);
		if (w->at)
			mark(l, i, BLOT_PIECE, w->base64);
	}
}

/* What begins at the end of the line before, and goes on here at this place. */
static void mark_continued(const struct blot *b, struct looked_at *l, const struct blot_tail *tail,
			   size_t at)
{
	char text[2 * (BLOT_PIECE - 1)], marks[sizeof(text)] = {0};
	size_t len = l->len - at < BLOT_PIECE - 1 ? l->len - at : BLOT_PIECE - 1;
	struct looked_at joined = {text, tail->len + len, marks, tail->len + len};

	memcpy(text, tail->at, tail->len);
	memcpy(text + tail->len, l->text + at, len);
	for (size_t i = 0; i < b->forms.count; i++)
		if (b->forms.form[i].len >= BLOT_START_MIN)
			mark_whole(&joined, &b->forms.form[i]);
	mark_pieces(b, &joined);
	for (size_t i = 0; i < len; i++)
		l->marks[at + i] |= marks[tail->len + i];
	explicit_bzero(text, sizeof(text));
}

/* The same at each place where the line from start to end may go on: its start, behind its status,
 * and behind the word that follows (RFC 2034: an enhanced status code). */
static void mark_split(const struct blot *b, struct looked_at *l, const struct blot_tail *tail,
		       size_t start, size_t end)
{
	size_t status = start ? 0 : l->status;
	size_t words = status ? status + 1 : start;

	if (!tail->len || start == end)
		return;
	mark_continued(b, l, tail, start);
	if (words >= end)
		return;
	if (words > start)
		mark_continued(b, l, tail, words);
	const char *blank = memchr(l->text + words, ' ', end - words);
	if (blank)
		mark_continued(b, l, tail, (size_t)(blank + 1 - l->text));
}

/* The end of a text, without the line ends behind it. */
static struct blot_tail tail_of(const char *text, size_t len)
{
	struct blot_tail tail;

	while (len && (text[len - 1] == '\r' || text[len - 1] == '\n'))
		len--;
	tail.len = len < sizeof(tail.at) ? len : sizeof(tail.at);
	memcpy(tail.at, text + len - tail.len, tail.len);
	return tail;
}

static void mark_splits(const struct blot *b, struct looked_at *l)
{
	struct blot_tail tail = b->before;

	for (size_t start = 0, end; start < l->len; start = end + 1) {
		const char *lf = memchr(l->text + start, '\n', l->len - start);
		end = lf ? (size_t)(lf - l->text) : l->len;
		mark_split(b, l, &tail, start, end);
		tail = tail_of(l->text + start, end - start);
	}
}

/* A secret that is a part of the user name: what is blotted out within that name, and neither goes
 * beyond it nor is all of it, would tell what the secret is. */
static void spare_username(const struct blot *b, struct looked_at *l)
{
	size_t len = b->username ? strlen(b->username) : 0;
	const char *found;

	for (size_t from = 0; len && (found = find(l, from, b->username, len)); from++) {
		from = (size_t)(found - l->text);
		bool beyond = (from && l->marks[from - 1]) ||
			      (from + len < l->len && l->marks[from + len]);
		if (!beyond && memchr(l->marks + from, 0, len))
			memset(l->marks + from, 0, len);
	}
}

/* The characters of base64 at the borders hold bits of the secret, too, and the padding belongs to
 * it. */
static void widen(struct looked_at *l)
{
	for (size_t i = 0; i < l->len; i++) {
		bool begins = l->marks[i] && (!i || !l->marks[i - 1]);
		if (begins && l->marks[i] & HIT_BASE64 && i && is_base64(l->text[i - 1]))
			l->marks[i - 1] = HIT;
		if (!i || !l->marks[i - 1] || l->marks[i])
			continue;
		if (l->text[i] == '=' || (l->marks[i - 1] & HIT_BASE64 && is_base64(l->text[i])))
			l->marks[i] = HIT;
	}
}

/* ---- replacing them ---- */

/* The end of the word of IMAP at this place, 0 if there is none. */
static size_t status_end(const char *text, size_t len, size_t at)
{
	static const char *const words[] = {"OK", "NO", "BAD", "BYE", "PREAUTH"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t end = at + strlen(words[i]);
		if (text_starts_nocase(text + at, len - at, words[i]) &&
		    (end == len || text[end] == ' '))
			return end;
	}
	return 0;
}

/* Bytes of the status that a reply begins with, RFC 1939 section 3 (+OK), RFC 5321 section 4.2
 * (250), RFC 3501 section 7 (* OK, tag OK, OK, *, +); 0 if there is none. */
static size_t status_len(const char *text, size_t len)
{
	if (text_starts_nocase(text, len, "+OK"))
		return strlen("+OK");
	if (text_starts_nocase(text, len, "-ERR"))
		return strlen("-ERR");
	if (len >= 3 && is_digit(text[0]) && is_digit(text[1]) && is_digit(text[2]) &&
	    (len == 3 || text[3] == ' ' || text[3] == '-'))
		return 3;
	const char *blank = memchr(text, ' ', len);
	size_t first = blank ? (size_t)(blank - text) : len;
	size_t end = status_end(text, len, blank ? first + 1 : len);
	if (!end)
		end = status_end(text, len, 0);
	if (end)
		return end;
	return first == 1 && (text[0] == '*' || text[0] == '+') ? 1 : 0;
}

static void write_out(struct buf *out, const struct looked_at *l)
{
	for (size_t i = 0, end; i < l->len; i = end) {
		end = i + 1;
		while (end < l->len && !l->marks[end] == !l->marks[i])
			end++;
		if (l->marks[i])
			buf_append(out, STARS, STARS_LEN);
		else
			buf_append(out, l->text + i, end - i);
	}
}

void blot_heard(struct blot *b, const char *text, size_t len)
{
	b->before = b->last;
	b->last = tail_of(text, len);
}

const char *blot_text(struct blot *b, const char *text, size_t len, bool reply, size_t *len_r)
{
	buf_clear(&b->marks);
	b->marks.max = len;
	buf_reserve(&b->marks, len);
	memset(b->marks.data, 0, len);
	struct looked_at l = {text, len, b->marks.data, reply ? status_len(text, len) : 0};

	for (size_t i = 0; i < b->forms.count; i++) {
		mark_whole(&l, &b->forms.form[i]);
		mark_start(&l, &b->forms.form[i]);
	}
	mark_pieces(b, &l);
	mark_splits(b, &l);
	spare_username(b, &l);
	widen(&l);
	buf_clear(&b->out);
	b->out.max = STARS_LEN * len; /* each byte a secret of its own */
	write_out(&b->out, &l);
	*len_r = b->out.len;
	return buf_str(&b->out);
}

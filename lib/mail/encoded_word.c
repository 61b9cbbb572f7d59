/* encoded_word.c - RFC 2047 decoded. Touches no socket, allocates nothing but what
 * GnuTLS decodes. */
#include "mail/encoded_word.h"

#include <stdbool.h>
#include <string.h>

#include <gnutls/gnutls.h>

/* The parts of =?charset?encoding?text?= */
struct encoded_word {
	char encoding; /* 'B', 'Q' */
	const char *text;
	size_t text_len;
	size_t len; /* of the whole */
};

/* Length of the part up to the next '?', which may hold no blank; len if there is none. */
static size_t part_length(const char *at, size_t len)
{
	size_t n = 0;

	while (n < len && at[n] != '?' && at[n] != ' ')
		n++;
	return n < len && at[n] == '?' ? n : len;
}

static bool find_parts(const char *at, size_t len, struct encoded_word *word_r)
{
	const char *end = at + len;

	if (len < 2 || at[0] != '=' || at[1] != '?')
		return false;
	const char *charset = at + 2;
	size_t n = part_length(charset, (size_t)(end - charset));
	const char *encoding = charset + n + 1;
	if (!n || end - encoding < 2 || encoding[1] != '?' || !strchr("BbQq", encoding[0]))
		return false;
	const char *text = encoding + 2;
	n = part_length(text, (size_t)(end - text));
	if (end - text < 2 || n > (size_t)(end - text) - 2 || text[n + 1] != '=')
		return false;
	*word_r = (struct encoded_word){.encoding = encoding[0] == 'B' || encoding[0] == 'b' ? 'B'
											     : 'Q',
					.text = text,
					.text_len = n,
					.len = (size_t)(text + n + 2 - at)};
	return true;
}

static int hex_digit(char c)
{
	static const char digits[] = "0123456789ABCDEFabcdef";
	const char *at = c ? strchr(digits, c) : NULL;

	if (!at)
		return -1;
	return at - digits < 16 ? (int)(at - digits) : (int)(at - digits) - 6;
}

static size_t decode_q(const char *text, size_t len, char *to)
{
	size_t out = 0;

	for (size_t i = 0; i < len; i++) {
		int high = i + 2 < len && text[i] == '=' ? hex_digit(text[i + 1]) : -1;
		int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
		if (low >= 0) {
			to[out++] = (char)(high << 4 | low);
			i += 2;
		} else {
			to[out++] = text[i] == '_' ? ' ' : text[i];
		}
	}
	return out;
}

/* Returns the length, or -1 for what is not base64. */
static long decode_b(const char *text, size_t len, char *to)
{
	const gnutls_datum_t encoded = {(unsigned char *)(size_t)text, (unsigned int)len};
	gnutls_datum_t bytes = {0};

	if (gnutls_base64_decode2(&encoded, &bytes) < 0)
		return -1;
	size_t n = bytes.size < len ? bytes.size : len;
	memcpy(to, bytes.data, n);
	gnutls_free(bytes.data);
	return (long)n;
}

static long decode(const struct encoded_word *word, char *to)
{
	return word->encoding == 'B' ? decode_b(word->text, word->text_len, to)
				     : (long)decode_q(word->text, word->text_len, to);
}

size_t encoded_words_decode(const char *value, size_t len, char *text_r)
{
	size_t out = 0;
	size_t joint = 0; /* where an encoded word ended, if only blanks have followed it */
	bool joined = false;

	for (size_t i = 0; i < len;) {
		struct encoded_word word;
		size_t to = joined ? joint : out;
		long n = find_parts(value + i, len - i, &word) ? decode(&word, text_r + to) : -1;

		if (n >= 0) {
			out = joint = to + (size_t)n;
			joined = true;
			i += word.len;
		} else {
			joined = joined && value[i] == ' ';
			text_r[out++] = value[i++];
		}
	}
	return out;
}

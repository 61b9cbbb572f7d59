/* base64.c - base64 (RFC 4648 section 4), in one piece and strictly */
#include "base/base64.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

enum { BITS = 6, DIGIT_MASK = 63, GROUP = 4, BYTES = 3 };

/* The four characters for up to three bytes. */
static void encode_group(const unsigned char *bytes, size_t len, char text_r[GROUP])
{
	uint32_t bits = 0;

	for (size_t i = 0; i < BYTES; i++)
		bits = bits << 8 | (i < len ? bytes[i] : 0);
	for (size_t i = GROUP; i > 0; i--, bits >>= BITS)
		text_r[i - 1] = i - 1 > len ? '=' : digits[bits & DIGIT_MASK];
}

int base64_encode(struct buf *b, const void *bytes, size_t len)
{
	const unsigned char *at = bytes;

	if (buf_reserve(b, (len + BYTES - 1) / BYTES * GROUP))
		return -1;
	for (; len; at += BYTES) {
		char text[GROUP];
		size_t n = len < BYTES ? len : BYTES;
		encode_group(at, n, text);
		buf_append(b, text, sizeof(text));
		explicit_bzero(text, sizeof(text));
		len -= n;
	}
	return 0;
}

static int digit_value(char c)
{
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* Four characters, of which the last one or two may be padding. */
static int decode_group(const char *text, bool is_last, struct buf *b)
{
	size_t count = GROUP;
	uint32_t bits = 0;

	while (is_last && count > 2 && text[count - 1] == '=')
		count--;
	for (size_t i = 0; i < GROUP; i++) {
		int value = i < count ? digit_value(text[i]) : 0;
		if (value < 0)
			return -1;
		bits = bits << BITS | (uint32_t)value;
	}
	const char bytes[BYTES] = {(char)(bits >> 16), (char)(bits >> 8), (char)bits};
	uint32_t left_over = count == GROUP ? 0 : bits & (count == 3 ? 0xffu : 0xffffu);
	return left_over ? -1 : buf_append(b, bytes, count - 1);
}

int base64_decode(struct buf *b, const char *text, size_t len)
{
	if (len % GROUP)
		return -1;
	for (size_t at = 0; at < len; at += GROUP)
		if (decode_group(text + at, at + GROUP == len, b))
			return -1;
	return 0;
}

/* text.c - text from servers made fit for display, and numbers read strictly */
#include "config.h"

#include "base/text.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "base/xalloc.h"

/* Length of the well-formed UTF-8 sequence at src (RFC 3629: shortest form, no surrogates, up to
 * U+10FFFF) and its code point, or 0. */
static size_t utf8_decode(const unsigned char *src, size_t len, uint32_t *point_r)
{
	static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
	static const unsigned char mask[] = {0, 0, 0x1f, 0x0f, 0x07}; /* of the first byte */
	size_t n;

	if (src[0] < 0x80) {
		*point_r = src[0];
		return 1;
	}
	if (src[0] >= 0xf0 && src[0] <= 0xf4)
		n = 4;
	else if (src[0] >= 0xe0 && src[0] < 0xf0)
		n = 3;
	else if (src[0] >= 0xc2 && src[0] < 0xe0)
		n = 2;
	else
		return 0;
	if (n > len)
		return 0;
	uint32_t point = src[0] & mask[n];
	for (size_t i = 1; i < n; i++) {
		if ((src[i] & 0xc0) != 0x80)
			return 0;
		point = point << 6 | (src[i] & 0x3f);
	}
	if (point < smallest[n] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
		return 0;
	*point_r = point;
	return n;
}

/* Characters that act on the display instead of being shown: Unicode's Cc and Cf, the line and
 * paragraph separators, and the non-characters of the BMP. */
static bool is_control(uint32_t point)
{
	static const struct {
		uint32_t first, last;
	} range[] = {
		{0x00, 0x1f},       {0x7f, 0x9f},       {0xad, 0xad},       {0x0600, 0x0605},
		{0x061c, 0x061c},   {0x06dd, 0x06dd},   {0x070f, 0x070f},   {0x0890, 0x0891},
		{0x08e2, 0x08e2},   {0x180e, 0x180e},   {0x200b, 0x200f},   {0x2028, 0x202e},
		{0x2060, 0x206f},   {0xfe00, 0xfe0f},   {0xfeff, 0xfeff},   {0xfff0, 0xffff},
		{0x110bd, 0x110cd}, {0x13430, 0x1345f}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a},
		{0xe0000, 0xe0fff},
	};

	for (size_t i = 0; i < sizeof(range) / sizeof(range[0]); i++)
		if (point >= range[i].first && point <= range[i].last)
			return true;
	return false;
}

/* what one ASCII character is shown as */
static char shown(unsigned char c)
{
	switch (c) {
	case '\t':
	case '\r':
	case '\n':
		return ' ';
	default:
		return is_control(c) ? '?' : (char)c;
	}
}

size_t text_show(char *dst, size_t size, const char *src, size_t len)
{
	const unsigned char *s = (const unsigned char *)src;
	size_t out = 0;
	size_t fits = 0; /* dst up to here leaves room for "..." */

	for (size_t i = 0; i < len;) {
		uint32_t point;
		size_t n = utf8_decode(s + i, len - i, &point);
		char c = n == 0 ? '?' : n == 1 ? shown(s[i]) : is_control(point) ? '?' : '\0';
		size_t need = c ? 1 : n;

		if (c == ' ' && out && dst[out - 1] == ' ') {
			i += n;
			continue;
		}
		if (out + need + 1 > size) {
			memcpy(dst + fits, "...", 4);
			return fits + 3;
		}
		if (c)
			dst[out] = c;
		else
			memcpy(dst + out, s + i, n);
		out += need;
		i += n ? n : 1;
		if (out + 4 <= size)
			fits = out;
	}
	dst[out] = '\0';
	return out;
}

char *text_shown(const char *text, size_t len)
{
	size_t size = len + sizeof("...");
	char *shown = xcalloc(size, 1);

	text_show(shown, size, text, len);
	return shown;
}

void text_disarm(char *text, size_t len)
{
	static const char means[] = "|<>", shown_as[] = "/()";

	for (size_t i = 0; i < len; i++) {
		const char *found = text[i] ? strchr(means, text[i]) : NULL;
		if (found)
			text[i] = shown_as[found - means];
	}
}

size_t text_clean(char *dst, size_t size, const char *src, size_t len)
{
	size_t out = text_show(dst, size, src, len);

	text_disarm(dst, out);
	return out;
}

static bool is_continuation(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

void text_cut_middle(char *dst, size_t size, const char *src)
{
	size_t len = strlen(src), dots = strlen("...");

	if (len < size) {
		memmove(dst, src, len + 1);
		return;
	}
	size_t head = (size - 1 - dots) / 2, tail = len - (size - 1 - dots - head);
	while (head && is_continuation(src[head]))
		head--;
	while (is_continuation(src[tail]))
		tail++;
	memmove(dst, src, head);
	memmove(dst + head + dots, src + tail, len - tail + 1);
	memcpy(dst + head, "...", dots);
}

void text_cut_around(char *dst, size_t size, const char *src, const char *part)
{
	const char *found = *part ? strstr(src, part) : NULL;
	const size_t dots = strlen("...");

	if (strlen(src) < size || !found) {
		text_cut_middle(dst, size, src);
		return;
	}
	size_t end = (size_t)(found - src) + strlen(part);
	size_t room = size - 1 - (src[end] ? dots : 0);
	if (end <= room) {
		snprintf(dst, size, "%.*s...", (int)end, src);
		return;
	}
	/* as much of what is before it as behind the dots */
	size_t head = (room - dots) / 2, tail = end - (room - dots - head);
	while (head && is_continuation(src[head]))
		head--;
	while (is_continuation(src[tail]))
		tail++;
	snprintf(dst, size, "%.*s...%.*s%s", (int)head, src, (int)(end - tail), src + tail,
		 src[end] ? "..." : "");
}

int text_parse_uint(const char *str, size_t len, uint64_t max, uint64_t *value_r)
{
	uint64_t value = 0;

	if (!len)
		return -1;
	for (size_t i = 0; i < len; i++) {
		if (str[i] < '0' || str[i] > '9')
			return -1;
		uint64_t digit = (uint64_t)(str[i] - '0');
		if (value > (max - digit) / 10 || digit > max)
			return -1;
		value = value * 10 + digit;
	}
	*value_r = value;
	return 0;
}

static unsigned char lower(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

bool text_is_ascii(const char *str)
{
	for (; *str; str++)
		if ((unsigned char)*str >= 0x80)
			return false;
	return true;
}

bool text_starts_nocase(const char *str, size_t len, const char *prefix)
{
	size_t n = strlen(prefix);

	if (n > len)
		return false;
	for (size_t i = 0; i < n; i++)
		if (lower((unsigned char)str[i]) != lower((unsigned char)prefix[i]))
			return false;
	return true;
}

bool text_equal_nocase(const char *a, size_t a_len, const char *b)
{
	return strlen(b) == a_len && text_starts_nocase(a, a_len, b);
}

#ifdef HAVE_STRERRORDESC_NP
const char *text_errno(int error)
{
	const char *words = strerrordesc_np(error);

	return words ? words : "unknown error";
}
#else
/* not glibc: musl, whose strerror_l wants a locale that is an object, and the BSDs return constant
 * strings */
const char *text_errno(int error)
{
	static _Thread_local locale_t plain;

	if (!plain)
		plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	return plain ? strerror_l(error, plain) : "unknown error";
}
#endif

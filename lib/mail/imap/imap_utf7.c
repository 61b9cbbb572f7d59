/* imap_utf7.c - names of folders for people: modified UTF-7 decoded (RFC 3501 section 5.1.3) */
#include <stdint.h>
#include <string.h>

#include "mail/imap/imap_list.h"

static int base64_value(char c)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

static int put_utf8(uint32_t point, struct buf *b)
{
	const int last = 0x80 | (int)(point & 0x3f);
	const int third = 0x80 | (int)(point >> 6 & 0x3f);

	if (point < 0x80)
		return buf_append_char(b, (char)point);
	if (point < 0x800)
		return buf_printf(b, "%c%c", (int)(0xc0 | point >> 6), last);
	if (point < 0x10000)
		return buf_printf(b, "%c%c%c", (int)(0xe0 | point >> 12), third, last);
	return buf_printf(b, "%c%c%c%c", (int)(0xf0 | point >> 18),
			  (int)(0x80 | (point >> 12 & 0x3f)), third, last);
}

/* One unit of UTF-16; *high is the first half of a pair until the second one comes. */
static int put_utf16(uint32_t unit, uint32_t *high, struct buf *b)
{
	bool low = unit >= 0xdc00 && unit <= 0xdfff;

	if (low != (*high != 0))
		return -1;
	if (unit >= 0xd800 && unit <= 0xdbff) {
		*high = unit;
		return 0;
	}
	if (low)
		unit = 0x10000 + ((*high - 0xd800) << 10) + (unit - 0xdc00);
	*high = 0;
	return unit ? put_utf8(unit, b) : -1;
}

/* What stands between '&' and '-'. */
static int decode_shifted(const char *digits, size_t len, struct buf *b)
{
	uint32_t bits = 0, high = 0;
	int have = 0;

	for (size_t i = 0; i < len; i++) {
		int value = base64_value(digits[i]);
		if (value < 0)
			return -1;
		bits = bits << 6 | (uint32_t)value;
		have += 6;
		if (have < 16)
			continue;
		have -= 16;
		if (put_utf16(bits >> have & 0xffff, &high, b))
			return -1;
	}
	return high ? -1 : 0;
}

static int decode(const char *name, struct buf *b)
{
	int rc = 0;

	while (*name && rc == 0) {
		size_t plain = strcspn(name, "&");
		const char *end = name[plain] ? strchr(name + plain, '-') : NULL;
		rc = buf_append(b, name, plain);
		name += plain;
		if (!*name)
			break;
		if (!end)
			return -1;
		size_t len = (size_t)(end - name) - 1;
		rc |= len ? decode_shifted(name + 1, len, b) : buf_append_char(b, '&');
		name = end + 1;
	}
	return rc;
}

int imap_folder_format(const char *name, struct buf *b)
{
	size_t before = b->len;

	if (decode(name, b) == 0)
		return 0;
	buf_truncate(b, before);
	return buf_append_str(b, name);
}

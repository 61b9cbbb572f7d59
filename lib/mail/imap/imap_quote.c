/* imap_quote.c - strings as IMAP commands take them */
#include "mail/imap/imap_quote.h"

#include <string.h>

bool imap_can_quote(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || (unsigned char)*text >= 0x7f)
			return false;
	return true;
}

int imap_check_name(const char *name, struct err *err)
{
	if (!imap_can_quote(name))
		return err_set(err, ERR_USAGE,
			       "write names that are not ASCII in modified UTF-7 (RFC 3501)");
	return strlen(name) < IMAP_NAME_SIZE ? 0 : err_set(err, ERR_USAGE, "name too long");
}

int imap_quote(struct buf *b, const char *text)
{
	int full = buf_append_char(b, '"');

	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			full |= buf_append_char(b, '\\');
		full |= buf_append_char(b, *text);
	}
	return full | buf_append_char(b, '"');
}

/* imap_quote.c - strings as IMAP commands take them */
#include "mail/imap/imap_quote.h"

bool imap_can_quote(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || (unsigned char)*text >= 0x7f)
			return false;
	return true;
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

/* wrap.c - text in lines that a terminal of 80 columns shows whole */
#include "base/wrap.h"

#include <string.h>

enum { WIDTH = 79 };

/* Length of the longest start of text that ends at a blank, a LF or the end and fits into width; a
 * word that is longer than that stays whole. */
static size_t line_length(const char *text, size_t width)
{
	size_t fits = strcspn(text, " \n");

	for (size_t i = fits; text[i] == ' ';) {
		i += 1 + strcspn(text + i + 1, " \n");
		if (i > width)
			break;
		fits = i;
	}
	return fits;
}

void wrap_text(struct buf *out, const char *text, size_t column)
{
	while (*text) {
		size_t len = line_length(text, WIDTH - column);
		buf_printf(out, "%.*s\n", (int)len, text);
		text += len + (text[len] != '\0');
		if (*text)
			buf_printf(out, "%*s", (int)column, "");
	}
}

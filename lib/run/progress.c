/* progress.c - one line on the terminal, by the two sequences that all but dumb ones know */
#include "run/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/text.h"

enum { LINE_SIZE = 512, USUAL_COLUMNS = 80, COLUMNS_MIN = 16 };

bool progress_can_be_seen(void)
{
	const char *term = getenv("TERM");

	return isatty(STDERR_FILENO) && !(term && !strcmp(term, "dumb"));
}

/* It may be made wider or narrower meanwhile. */
static size_t columns(void)
{
	struct winsize size = {0};

	ioctl(STDERR_FILENO, TIOCGWINSZ, &size);
	if (!size.ws_col)
		return USUAL_COLUMNS;
	return size.ws_col < COLUMNS_MIN ? COLUMNS_MIN : size.ws_col;
}

void progress_show(const char *text)
{
	char clean[LINE_SIZE], line[LINE_SIZE];
	size_t width = columns();

	text_clean(clean, sizeof(clean), text, strlen(text));
	/* the cursor needs the last column */
	text_cut_middle(line, width < sizeof(line) ? width : sizeof(line), clean);
	fprintf(stderr, "\r\033[K%s", line);
	fflush(stderr);
}

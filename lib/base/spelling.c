/* spelling.c - the distance of Damerau and Levenshtein, three rows of its table at a time */
#include "base/spelling.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t min = a < b ? a : b;

	return min < c ? min : c;
}

size_t spelling_distance(const char *a, size_t a_len, const char *b)
{
	enum { LEN = 32 };
	size_t row[3][LEN + 1];
	size_t b_len = strlen(b);

	if (a_len > LEN || b_len > LEN)
		return SIZE_MAX;
	for (size_t j = 0; j <= b_len; j++)
		row[0][j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		size_t *now = row[i % 3];
		const size_t *before = row[(i + 2) % 3];
		now[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			bool same = text_equal_nocase(a + i - 1, 1, (char[]){b[j - 1], '\0'});
			now[j] = min3(before[j] + 1, now[j - 1] + 1, before[j - 1] + !same);
			bool swapped =
				i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
			if (swapped && row[(i + 1) % 3][j - 2] + 1 < now[j])
				now[j] = row[(i + 1) % 3][j - 2] + 1;
		}
	}
	return row[a_len % 3][b_len];
}

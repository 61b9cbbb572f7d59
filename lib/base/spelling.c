/* spelling.c - the distance of Damerau and Levenshtein, three rows of its table at a time */
#include "base/spelling.h"

#include <stdint.h>
#include <string.h>

#include "base/text.h"

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t min = a < b ? a : b;

	return min < c ? min : c;
}

/* How many letters must be changed, put in, left out or swapped with their neighbour to make b from
 * a, in any case; SIZE_MAX where one of them is longer than LEN. */
static size_t distance_of(const char *a, size_t a_len, const char *b)
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

size_t spelling_limit(size_t len)
{
	return len < 4 ? 2 : len < 8 ? 3 : 4;
}

bool spelling_is_nearer(const char *typed, size_t len, const char *word, size_t *best)
{
	bool begins = len > 2 && strncmp(word, typed, len) == 0;
	size_t distance = begins ? 0 : distance_of(typed, len, word);

	if (distance >= *best)
		return false;
	*best = distance;
	return true;
}

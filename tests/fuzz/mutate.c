/* mutate.c - feeds a fuzz target with its right inputs, mutated in a way that is the same in each
 * run
 *
 * A fixed number of rounds for "make check", where the sanitizers watch; libFuzzer (tests/fuzz/run)
 * finds more. A number as its argument is one of rounds; with a directory it only writes the right
 * inputs there, which libFuzzer begins with. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

static uint32_t state = 2463534242u;

/* xorshift: Marsaglia, 2003 */
static uint32_t next_random(void)
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state;
}

static size_t below(size_t n)
{
	return n ? next_random() % n : 0;
}

/* One change of the input behind its first byte: a byte replaced, put in, or a part left out or
 * doubled. */
static size_t change(uint8_t *input, size_t len)
{
	static const char telling[] = "\0\r\n \t{}()[]\"\\*+-:,.@%0129\x7f\x80\xff\xc3";
	size_t at = 1 + below(len - 1);
	size_t n = below(16) + 1;
	uint8_t byte = (uint8_t)next_random();

	if (next_random() % 3)
		byte = (uint8_t)telling[below(sizeof(telling) - 1)];
	switch (next_random() % 4) {
	case 0:
		if (len > 1)
			input[at < len ? at : len - 1] = byte;
		return len;
	case 1:
		if (len == INPUT_MAX)
			return len;
		memmove(input + at + 1, input + at, len - at);
		input[at] = byte;
		return len + 1;
	case 2:
		n = n < len - at ? n : len - at;
		memmove(input + at, input + at + n, len - at - n);
		return len - n;
	default:
		n = n < len - at ? n : len - at;
		if (len + n > INPUT_MAX)
			return len;
		memmove(input + at + n, input + at, len - at);
		return len + n;
	}
}

static int write_seeds(const char *directory)
{
	char path[4096];
	int rc = 0;

	for (size_t target = 0; target < fuzz_target_count && !rc; target++) {
		const char *seed = fuzz_targets[target].seed;
		snprintf(path, sizeof(path), "%s/seed-%zu", directory, target);
		FILE *file = fopen(path, "w");
		if (!file)
			return 1;
		rc = fputc((int)target, file) == EOF || fputs(seed, file) == EOF;
		rc |= fclose(file) != 0;
	}
	return rc;
}

int main(int argc, char **argv)
{
	uint8_t input[INPUT_MAX];
	int rounds = argc > 1 ? (int)strtol(argv[1], NULL, 10) : fuzz_rounds;

	if (!rounds)
		return write_seeds(argv[1]);

	for (size_t target = 0; target < fuzz_target_count; target++) {
		size_t seed = strlen(fuzz_targets[target].seed);
		for (int round = 0; round < rounds; round++) {
			size_t len = 1 + seed;
			input[0] = (uint8_t)target;
			memcpy(input + 1, fuzz_targets[target].seed, seed);
			for (size_t changes = round ? 1 + below(6) : 0; changes; changes--)
				len = change(input, len);
			LLVMFuzzerTestOneInput(input, len);
		}
	}
	return 0;
}

/* derive.c - the CPU time that GnuTLS takes to derive a key from a password by PBKDF2 with HMAC and
 * SHA-256, in microseconds: the median of 21
 *
 *     derive ITERATIONS */
#include <gnutls/crypto.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { RUNS = 21, KEY_SIZE = 32 };

static int64_t cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int compare(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

int main(int argc, char **argv)
{
	static unsigned char password[] = "correct-horse", salt[] = "0123456789abcdef";
	const gnutls_datum_t key = {password, sizeof(password) - 1}, mixed = {salt, 16};
	unsigned char out[KEY_SIZE];
	int64_t us[RUNS];

	if (argc != 2)
		return 3;
	unsigned int iterations = (unsigned int)strtoul(argv[1], NULL, 10);
	for (int i = 0; i < RUNS; i++) {
		int64_t begun = cpu_us();
		if (gnutls_pbkdf2(GNUTLS_MAC_SHA256, &key, &mixed, iterations, out, sizeof(out)))
			return 2;
		us[i] = cpu_us() - begun;
	}
	qsort(us, RUNS, sizeof(us[0]), compare);
	printf("%d\n", (int)us[RUNS / 2]);
	return 0;
}

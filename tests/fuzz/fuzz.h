/* fuzz.h - the parsers under test, each with an input that is right */
#ifndef MAILFLOW_FUZZ_H
#define MAILFLOW_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

enum { INPUT_MAX = 8192 }; /* bytes of an input */

struct fuzz_target {
	void (*parse)(const char *bytes, size_t len);
	const char *seed;
	bool refused; /* the dialog that the seed leads to ends with an error */
};

extern const struct fuzz_target fuzz_targets[];
extern const size_t fuzz_target_count;
extern const int fuzz_rounds; /* mutations of each input that "make check" tries */

/* unlike assert it is never compiled away */
#define MUST(condition)                                                                            \
	do {                                                                                       \
		if (!(condition))                                                                  \
			abort();                                                                   \
	} while (0)

/* Parsers of fuzz_discover.c. */
void fuzz_binding(const char *bytes, size_t len), fuzz_autoconfig(const char *bytes, size_t len),
	fuzz_doveconf(const char *bytes, size_t len), fuzz_exim(const char *bytes, size_t len),
	fuzz_postconf(const char *bytes, size_t len), fuzz_cyrus(const char *bytes, size_t len),
	fuzz_opensmtpd(const char *bytes, size_t len);

/* libFuzzer's entry; aborts when something that must hold does not. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

#endif

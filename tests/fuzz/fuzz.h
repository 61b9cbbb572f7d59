/* fuzz.h - the parsers under test, each with an input that is right */
#ifndef MAILFLOW_FUZZ_H
#define MAILFLOW_FUZZ_H

#include <stddef.h>
#include <stdint.h>

struct fuzz_target {
	void (*parse)(const char *bytes, size_t len);
	const char *seed;
};

extern const struct fuzz_target fuzz_targets[];
extern const size_t fuzz_target_count;

/* libFuzzer's entry; aborts when something that must hold does not. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

#endif

/* decimal.h - plain decimal numbers: a dot whatever the locale, never an exponent */
#ifndef MAILFLOW_DECIMAL_H
#define MAILFLOW_DECIMAL_H

#include <stddef.h>
#include <stdint.h>

/* The longest double has 309 digits before the dot. */
enum { DECIMAL_SIZE = 336, DECIMAL_DIGITS = 15 };

/* [-]digits[.digits], the whole of len bytes, at most DECIMAL_DIGITS digits (a double keeps these
 * exactly). Returns 0 and sets *value_r, else -1. */
int decimal_parse(const char *text, size_t len, double *value_r);

/* value, which must be finite, rounded to decimals (0 to DECIMAL_DIGITS) digits behind the dot.
 * Zero has no sign. A value too large for that many digits is written without any. */
void decimal_format(double value, int decimals, char text[DECIMAL_SIZE]);

/* The same with as few digits behind the dot as tell the value: what decimal_parse read comes out
 * as written, less needless zeros. */
void decimal_format_shortest(double value, char text[DECIMAL_SIZE]);

/* A time for people, as precise as it is of use: "0.214 s", "6.12 s", "31.2 s". seconds must be
 * finite. */
void seconds_format(double seconds, char text[DECIMAL_SIZE]);
/* A time in microseconds for lists, where all shall look alike: "31.4 ms". */
void milliseconds_format(int64_t us, char text[DECIMAL_SIZE]);

#endif

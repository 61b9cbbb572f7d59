/* decimal.c - plain decimal numbers. strtod and "%f" follow the locale, which a library that is
 * linked in may have set, so that digits are read and written here. */
#include "base/decimal.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const double power[DECIMAL_DIGITS + 1] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
						 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

int decimal_parse(const char *text, size_t len, double *value_r)
{
	uint64_t digits = 0;
	size_t count = 0, behind = 0; /* digits in all, and those behind the dot */
	bool dot = false;
	bool negative = len && text[0] == '-';

	for (size_t i = negative; i < len; i++) {
		if (text[i] == '.' && !dot && count) {
			dot = true;
			continue;
		}
		if (text[i] < '0' || text[i] > '9' || ++count > DECIMAL_DIGITS)
			return -1;
		digits = digits * 10 + (uint64_t)(text[i] - '0');
		behind += dot;
	}
	if (!count || (dot && !behind))
		return -1;
	/* both are exact in a double, so that this is the nearest one to what was written */
	*value_r = (double)digits / power[behind];
	if (negative && digits)
		*value_r = -*value_r;
	return 0;
}

/* the digits of magnitude * 10^decimals, rounded; only for what fits */
static uint64_t scaled(double magnitude, int decimals)
{
	double exact = magnitude * power[decimals];
	uint64_t whole = (uint64_t)exact; /* exact + 0.5 would be rounded itself */

	return whole + (exact - (double)whole >= 0.5);
}

static bool fits(double magnitude, int decimals)
{
	return magnitude * power[decimals] < 9e18;
}

void decimal_format(double value, int decimals, char text[DECIMAL_SIZE])
{
	double magnitude = fabs(value);

	if (!fits(magnitude, decimals)) { /* without a dot, nothing of the locale is in it */
		snprintf(text, DECIMAL_SIZE, "%.0f", value);
		return;
	}
	uint64_t all = scaled(magnitude, decimals);
	uint64_t one = (uint64_t)power[decimals];
	const char *sign = value < 0 && all ? "-" : "";
	if (decimals)
		snprintf(text, DECIMAL_SIZE, "%s%" PRIu64 ".%0*" PRIu64, sign, all / one, decimals,
			 all % one);
	else
		snprintf(text, DECIMAL_SIZE, "%s%" PRIu64, sign, all);
}

void decimal_format_shortest(double value, char text[DECIMAL_SIZE])
{
	double magnitude = fabs(value);
	int decimals = 0;

	while (decimals < DECIMAL_DIGITS && fits(magnitude, decimals + 1) &&
	       (double)scaled(magnitude, decimals) / power[decimals] != magnitude)
		decimals++;
	decimal_format(value, decimals, text);
}

void seconds_format(double seconds, char text[DECIMAL_SIZE])
{
	int decimals = seconds < 0.0005 ? 6 : seconds < 1 ? 3 : seconds < 10 ? 2 : 1;

	if (seconds < 0.0000005)
		decimals = 0;
	decimal_format(seconds, decimals, text);
	if (seconds >= 1) { /* 6.10 s was not measured more exactly than 6.1 s */
		size_t len = strlen(text);
		while (strchr(text, '.') && (text[len - 1] == '0' || text[len - 1] == '.'))
			text[--len] = '\0';
	}
	memcpy(text + strlen(text), " s", 3);
}

void milliseconds_format(int64_t us, char text[DECIMAL_SIZE])
{
	decimal_format((double)us / 1000, 1, text);
	memcpy(text + strlen(text), " ms", 4);
}

/* expiry.c - when the end of a certificate is near */
#include "judge/expiry.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/decimal.h"
#include "base/text.h"
#include "net/tls.h"

enum { DAY = 86400 };

int expiry_limit_parse(const char *text, size_t len, struct expiry_limit *limit_r)
{
	bool is_share = len && text[len - 1] == '%';
	uint64_t value = 0;

	if (len && text_parse_uint(text, len - is_share,
				   is_share ? EXPIRY_PERCENT_MAX : EXPIRY_DAYS_MAX, &value))
		return -1;
	*limit_r = (struct expiry_limit){len > 0, is_share, (unsigned int)value};
	return 0;
}

/* In seconds; 0: it does not tell. */
static int64_t lifetime_of(const struct leaf *leaf)
{
	int64_t seconds = (int64_t)leaf->expires - (int64_t)leaf->begins;

	return leaf->expires && leaf->begins && seconds > 0 ? seconds : 0;
}

/* So many seconds as days, to the next 1/parts of one. */
static double days_of(int64_t seconds, int64_t parts)
{
	return (double)((seconds * parts + DAY / 2) / DAY) / (double)parts;
}

double expiry_limit_days(const struct expiry_limit *limit, const struct leaf *leaf)
{
	int64_t lifetime = lifetime_of(leaf);

	if (!limit->is_share)
		return limit->value;
	return lifetime ? days_of(lifetime * limit->value / 100, 100) : -1;
}

bool expiry_is_near(const struct expiry_limit *limit, const struct leaf *leaf, time_t now)
{
	int64_t lifetime = lifetime_of(leaf), left = (int64_t)leaf->expires - (int64_t)now;

	if (leaf->expires < now || !leaf->expires)
		return true;
	if (!limit->is_share)
		return tls_days_left(leaf->expires, now) < (int)limit->value;
	return !lifetime || left * 100 < lifetime * limit->value;
}

void expiry_limit_format(const struct expiry_limit *limit, const struct leaf *leaf,
			 char text[EXPIRY_TEXT_SIZE])
{
	int64_t lifetime = lifetime_of(leaf);
	char days[DECIMAL_SIZE];

	decimal_format_shortest(days_of(lifetime, 10), days);
	if (!limit->is_share)
		snprintf(text, EXPIRY_TEXT_SIZE, "%u", limit->value);
	else if (lifetime)
		snprintf(text, EXPIRY_TEXT_SIZE, "%u%% of %.16s days", limit->value, days);
	else
		snprintf(text, EXPIRY_TEXT_SIZE, "%u%% of its life", limit->value);
}

void expiry_format(const struct leaf *leaf, char text[EXPIRY_TEXT_SIZE])
{
	time_t now = time(NULL);
	bool past = leaf->expires < now;
	int left = tls_days_left(leaf->expires, now), days = past ? -left : left;
	char count[24] = "less than a day";

	if (days)
		snprintf(count, sizeof(count), "%d day%s", days, days == 1 ? "" : "s");
	if (leaf->expires)
		snprintf(text, EXPIRY_TEXT_SIZE, past ? "expired %s ago" : "expires in %s", count);
	else
		snprintf(text, EXPIRY_TEXT_SIZE, "has an end date that cannot be read");
}

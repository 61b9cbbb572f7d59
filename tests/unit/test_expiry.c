/* test_expiry.c - limits of days and of shares, for certificates of any lifetime */
#include "judge/expiry.h"

#include <string.h>

#include "unit.h"

enum { HOUR = 3600, DAY = 24 * HOUR };

/* A certificate that has so many hours left at NOW, of so many in all. */
static const time_t now = 1800000000;

static struct leaf leaf_of(long lifetime_h, long left_h)
{
	return (struct leaf){.begins = now + (left_h - lifetime_h) * HOUR,
			     .expires = now + left_h * HOUR};
}

static const struct {
	struct expiry_limit limit;
	long lifetime_h, left_h;
	double days; /* before its end */
	bool is_near;
	const char *text;
} limits[] = {
	{{true, false, 30}, 90 * 24, 30 * 24, 30, false, "30"},
	{{true, false, 30}, 90 * 24, 30 * 24 - 1, 30, true, "30"},
	{{true, true, 30}, 90 * 24, 27 * 24, 27, false, "30% of 90 days"},
	{{true, true, 30}, 90 * 24, 27 * 24 - 1, 27, true, "30% of 90 days"},
	{{true, true, 10}, 6 * 24, 15, 0.6, false, "10% of 6 days"},
	{{true, true, 10}, 6 * 24, 14, 0.6, true, "10% of 6 days"},
	{{true, true, 30}, 45 * 24 + 12, 14 * 24, 13.65, false, "30% of 45.5 days"},
	{{true, true, 30}, 45 * 24 + 12, 13 * 24, 13.65, true, "30% of 45.5 days"},
	{{true, true, 0}, 90 * 24, 0, 0, false, "0% of 90 days"},
	{{true, true, 0}, 90 * 24, -1, 0, true, "0% of 90 days"},
	{{true, true, 100}, 90 * 24, 90 * 24 - 1, 90, true, "100% of 90 days"},
	/* what ends before it begins tells of no lifetime */
	{{true, true, 30}, -24, 5 * 24, -1, true, "30% of its life"},
	{{true, false, 3}, -24, 5 * 24, 3, false, "3"},
};

START_TEST(test_expiry__limits)
{
	struct leaf leaf = leaf_of(limits[_i].lifetime_h, limits[_i].left_h);
	char text[EXPIRY_TEXT_SIZE];

	ck_assert_double_eq_tol(expiry_limit_days(&limits[_i].limit, &leaf), limits[_i].days,
				0.001);
	ck_assert_int_eq(expiry_is_near(&limits[_i].limit, &leaf, now), limits[_i].is_near);
	expiry_limit_format(&limits[_i].limit, &leaf, text);
	ck_assert_str_eq(text, limits[_i].text);
}
END_TEST

/* What is not proven is not OK. */
START_TEST(test_expiry_is_near__dates_that_cannot_be_read)
{
	const struct expiry_limit days = {true, false, 0}, share = {true, true, 0};
	struct leaf leaf = leaf_of(90 * 24, 80 * 24);

	leaf.begins = 0;
	ck_assert(!expiry_is_near(&days, &leaf, now));
	ck_assert(expiry_is_near(&share, &leaf, now));
	leaf.expires = 0;
	ck_assert(expiry_is_near(&days, &leaf, now));
	ck_assert(expiry_is_near(&share, &leaf, now));
}
END_TEST

START_TEST(test_expiry_limit_parse__neither_days_nor_a_share)
{
	static const char *const texts[] = {"x",  "%",    "30%%", "30 %",
					    "-1", "1.5%", "101%", "36501"};
	struct expiry_limit limit;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		ck_assert_int_eq(expiry_limit_parse(texts[i], strlen(texts[i]), &limit), -1);
}
END_TEST

UNIT_MAIN_FIXTURE("expiry", NULL, NULL, ROWS(test_expiry__limits, limits),
		  ONCE(test_expiry_is_near__dates_that_cannot_be_read),
		  ONCE(test_expiry_limit_parse__neither_days_nor_a_share))

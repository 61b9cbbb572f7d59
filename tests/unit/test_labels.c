/* test_labels.c - what targets are called in the performance data */
#include "report/labels.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

/* An end point HOST PORT, or with a connector its name and a binding. */
static struct result target(const char *host, uint16_t port, const char *connector)
{
	struct result r = {.endpoint.port = port, .connector = connector};

	if (connector && *connector)
		r.binding = host;
	else
		snprintf(r.endpoint.host, sizeof(r.endpoint.host), "%s", host);
	return r;
}

static void ck_assert_labels(const struct result *results, size_t count, const char *expected)
{
	const struct report r = {.results = results, .count = count};
	char **labels = labels_of(&r);
	struct buf all = BUF_INIT(100000);

	for (size_t i = 0; i < count; i++)
		buf_printf(&all, "%s%s", i ? " " : "", labels[i]);
	ck_assert_str_eq(buf_str(&all), expected);
	buf_free(&all);
	labels_free(labels, count);
}

static const struct {
	const char *host;
	uint16_t port;
	const char *connector, *label;
} words[] = {
	{"mail.example.org", 993, NULL, "mail_example_org_993"},
	{"MX-1.example.org.", 25, "", "MX_1_example_org__25"},
	{"2001:db8::1", 143, NULL, "2001_db8__1_143"},
	{"fe80::1%eth0", 143, NULL, "fe80__1_eth0_143"},
	{"b\xc3\xbcro.example", 25, NULL, "b_ro_example_25"},
	{"\xf0\x9f\x93\xa7.example", 25, NULL, "__example_25"},
	{"0.0.0.0:25", 25, "Default Frontend MBX01", "Default_Frontend_MBX01_0_0_0_0_25"},
	{"[::]:25", 25, "Default::Frontend", "Default__Frontend______25"},
	{"10.0.0.7:587", 587, "it's; a=b|c\n", "it_s__a_b_c__10_0_0_7_587"},
};

START_TEST(test_labels_of__letters_digits_and_underscores)
{
	struct result r = target(words[_i].host, words[_i].port, words[_i].connector);

	ck_assert_labels(&r, 1, words[_i].label);
}
END_TEST

START_TEST(test_labels_of__equal_ones_are_numbered_in_their_order)
{
	const struct result r[] = {
		target("mx.example", 25, NULL), target("mx-example", 25, NULL),
		target("mx.other", 25, NULL),   target("mx.example", 25, NULL),
		target("mx_example", 25, ""),
	};

	ck_assert_labels(r, 5,
			 "mx_example_25 mx_example_25_2 mx_other_25 mx_example_25_3 "
			 "mx_example_25_4");
}
END_TEST

/* a_25 twice, and an end point whose own name is a_25_2 */
START_TEST(test_labels_of__no_two_are_alike)
{
	const struct result before[] = {target("a_25", 2, NULL), target("a", 25, NULL),
					target("a", 25, NULL)};
	const struct result behind[] = {target("a", 25, NULL), target("a", 25, NULL),
					target("a_25", 2, NULL)};

	ck_assert_labels(before, 3, "a_25_2 a_25 a_25_3");
	ck_assert_labels(behind, 3, "a_25 a_25_2 a_25_2_2");
}
END_TEST

START_TEST(test_labels_of__the_section_of_an_account_stands_in_front)
{
	struct result r = target("mail.example.org", 993, NULL);

	r.section = "probe@example.org";
	ck_assert_labels(&r, 1, "probe_example_org_mail_example_org_993");
}
END_TEST

START_TEST(test_labels_of__a_long_name_is_whole)
{
	char name[101], expected[200];
	struct result r;

	memset(name, 'n', 100);
	name[100] = '\0';
	r = target("[2001:db8:1111:2222:3333:4444:5555:6666]:65535", 65535, name);
	snprintf(expected, sizeof(expected), "%s__2001_db8_1111_2222_3333_4444_5555_6666__65535",
		 name);
	ck_assert_labels(&r, 1, expected);
}
END_TEST

UNIT_MAIN_FIXTURE("labels", NULL, NULL, ROWS(test_labels_of__letters_digits_and_underscores, words),
		  ONCE(test_labels_of__equal_ones_are_numbered_in_their_order),
		  ONCE(test_labels_of__no_two_are_alike),
		  ONCE(test_labels_of__the_section_of_an_account_stands_in_front),
		  ONCE(test_labels_of__a_long_name_is_whole))

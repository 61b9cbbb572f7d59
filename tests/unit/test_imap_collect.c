/* test_imap_collect.c - FETCH responses held against what was asked for, halves put together */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "mail/imap/imap_collect.h"

static char seen[2000]; /* "42:text " for each call */

static int note(void *ctx, const struct imap_fetch *fetch)
{
	size_t len = strlen(seen);

	ck_assert_ptr_eq(ctx, seen);
	ck_assert(fetch->has_uid);
	snprintf(seen + len, sizeof(seen) - len, "%u:%.*s ", fetch->uid, (int)fetch->body.len,
		 fetch->body.len ? fetch->body.at : "");
	return 0;
}

static struct imap_collect collect;

static void begin(const struct imap_set *set, enum imap_part_kind kind)
{
	seen[0] = '\0';
	imap_collect_begin(&collect, set, kind, note, seen);
}

static void tell_part(uint32_t number, uint32_t uid, const char *body, const char *section,
		      bool from_start)
{
	struct imap_fetch f = {.number = number, .has_uid = uid != 0, .uid = uid};

	if (body) {
		f.has_body = true;
		f.section = (struct span){section, strlen(section)};
		f.from_start = from_start;
		f.body = (struct span){body, strlen(body)};
	}
	ck_assert_int_eq(imap_collect_add(&collect, &f), 0);
}

static void tell(uint32_t number, uint32_t uid, const char *body)
{
	tell_part(number, uid, body, "HEADER.FIELDS (DATE)", true);
}

static const uint32_t two_uids[] = {42, 44};
static const struct imap_set uids = {.uid = two_uids, .count = 2};

static const struct {
	struct imap_set set;
	const char *text;
} formats[] = {
	{{.uid = two_uids, .count = 2}, "42,44"},
	{{.uid = two_uids, .count = 1}, "42"},
	{{.uid_from = 42}, "42:*"},
	{{.number_from = 3, .number_to = 9}, "3:9"},
	{{.number_from = 3, .number_to = 3}, "3"},
};

START_TEST(test_imap_set_format)
{
	struct buf b = BUF_INIT(100), small = BUF_INIT(0);

	ck_assert_int_eq(imap_set_format(&formats[_i].set, &b), 0);
	ck_assert_str_eq(buf_str(&b), formats[_i].text);
	ck_assert_int_eq(imap_set_format(&formats[_i].set, &small), -1);
	buf_free(&b);
}
END_TEST

START_TEST(test_imap_collect__only_what_was_asked_for)
{
	begin(&uids, IMAP_HEADER);
	tell(1, 41, "a");
	tell(2, 42, "b");
	tell(3, 43, "c");
	tell(4, 44, "d");
	ck_assert_str_eq(seen, "42:b 44:d ");
	imap_collect_end(&collect);

	const struct imap_set from = {.uid_from = 43};
	begin(&from, IMAP_HEADER);
	tell(2, 42, "b");
	tell(3, 43, "c");
	tell(9, 4294967295, "d");
	ck_assert_str_eq(seen, "43:c 4294967295:d ");
	imap_collect_end(&collect);

	const struct imap_set numbers = {.number_from = 2, .number_to = 3};
	begin(&numbers, IMAP_HEADER);
	tell(1, 41, "a");
	tell(2, 42, "b");
	tell(3, 43, "c");
	tell(4, 44, "d");
	ck_assert_str_eq(seen, "42:b 43:c ");
	imap_collect_end(&collect);
	tell(2, 42, "not asked for any more");
	ck_assert_str_eq(seen, "42:b 43:c ");
}
END_TEST

START_TEST(test_imap_collect__puts_halves_together)
{
	begin(&uids, IMAP_HEADER);
	tell(2, 42, NULL);
	tell(4, 0, "d");
	ck_assert_str_eq(seen, "");
	tell(2, 0, "b");
	tell(4, 44, NULL);
	ck_assert_str_eq(seen, "42:b 44:d ");
	imap_collect_end(&collect);
}
END_TEST

START_TEST(test_imap_collect__passes_over_what_tells_neither)
{
	begin(&uids, IMAP_HEADER);
	tell(2, 0, NULL);
	tell(2, 42, NULL);
	tell(2, 42, NULL);
	ck_assert_str_eq(seen, "");
	tell(2, 0, "");
	ck_assert_str_eq(seen, "42: ");
	imap_collect_end(&collect);
}
END_TEST

START_TEST(test_imap_collect__a_text_is_not_given_to_another_uid)
{
	begin(&uids, IMAP_HEADER);
	tell(2, 42, NULL);
	tell(2, 0, "b");
	tell(2, 44, NULL); /* the number now stands for another message, of which no text came */
	ck_assert_str_eq(seen, "42:b ");
	imap_collect_end(&collect);
}
END_TEST

START_TEST(test_imap_collect__follows_numbers)
{
	begin(&uids, IMAP_HEADER);
	tell(3, 42, NULL);
	tell(5, 0, "d");
	imap_collect_expunge(&collect, 1);
	tell(2, 0, "b");
	tell(4, 44, NULL);
	ck_assert_str_eq(seen, "42:b 44:d ");
	imap_collect_end(&collect);

	begin(&uids, IMAP_HEADER);
	tell(3, 42, NULL);
	imap_collect_expunge(&collect, 3);
	tell(3, 0, "of the one behind it");
	ck_assert_str_eq(seen, "");
	imap_collect_end(&collect);
}
END_TEST

START_TEST(test_imap_collect__uids_alone)
{
	const struct imap_set numbers = {.number_from = 3, .number_to = 3};

	begin(&numbers, IMAP_UID_ALONE);
	tell(2, 42, NULL);
	tell(3, 0, "no UID");
	tell(3, 44, NULL);
	ck_assert_str_eq(seen, "44: ");
	imap_collect_end(&collect);
}
END_TEST

START_TEST(test_imap_collect__only_the_part_that_was_asked_for)
{
	begin(&uids, IMAP_HEADER);
	tell_part(2, 42, "of a message within it", "2.HEADER.FIELDS (DATE)", true);
	tell_part(2, 42, "text", "TEXT", true);
	tell_part(2, 42, "the whole", "", true);
	tell_part(2, 42, "a piece", "HEADER", false);
	tell_part(2, 0, "half, of a message within it", "2.HEADER", true);
	ck_assert_str_eq(seen, "");
	tell_part(2, 42, "a", "header", true);
	ck_assert_str_eq(seen, "42:a ");
	imap_collect_end(&collect);

	begin(&uids, IMAP_TEXT);
	tell_part(2, 42, "header", "HEADER", true);
	tell_part(2, 42, "a piece", "", false);
	ck_assert_str_eq(seen, "");
	tell_part(2, 42, "all", "", true);
	ck_assert_str_eq(seen, "42:all ");
	imap_collect_end(&collect);
}
END_TEST

START_TEST(test_imap_collect__has_bounds)
{
	static char large[IMAP_PARTS_SIZE + 2];

	memset(large, 'x', sizeof(large) - 1);
	begin(&uids, IMAP_HEADER);
	tell(1, 0, large);
	tell(1, 42, NULL);
	for (uint32_t i = 2; i < IMAP_PARTS_MAX + 10; i++)
		tell(i, 0, "y");
	ck_assert_uint_eq(collect.parts, IMAP_PARTS_MAX);
	tell(IMAP_PARTS_MAX + 9, 44, NULL);
	ck_assert_str_eq(seen, "");
	imap_collect_end(&collect);
	ck_assert_ptr_null(collect.bodies.data);
}
END_TEST

UNIT_MAIN_FIXTURE("imap_collect", NULL, NULL, ROWS(test_imap_set_format, formats),
		  ONCE(test_imap_collect__only_what_was_asked_for),
		  ONCE(test_imap_collect__puts_halves_together),
		  ONCE(test_imap_collect__passes_over_what_tells_neither),
		  ONCE(test_imap_collect__a_text_is_not_given_to_another_uid),
		  ONCE(test_imap_collect__follows_numbers), ONCE(test_imap_collect__uids_alone),
		  ONCE(test_imap_collect__only_the_part_that_was_asked_for),
		  ONCE(test_imap_collect__has_bounds))

/* test_long_lines.c - what is left out of the long lines, and in which order */
#include "report/long_lines.h"

#include <stdio.h>
#include <string.h>

#include "unit.h"

static struct long_lines target(bool fails, const char *sentence, const char *lines,
				const char *dialog)
{
	struct long_lines t = {.sentence = BUF_INIT(1000),
			       .lines = BUF_INIT(1000),
			       .dialog = BUF_INIT(1000),
			       .fails = fails};

	buf_append_str(&t.sentence, sentence);
	buf_append_str(&t.lines, lines);
	buf_append_str(&t.dialog, dialog);
	return t;
}

static void ck_assert_fit(const struct long_lines *targets, size_t count, size_t max,
			  const char *expected, size_t left_out)
{
	struct buf out = BUF_INIT(10000);
	size_t left = long_lines_fit(targets, count, max, &out);

	ck_assert_str_eq(buf_str(&out), expected);
	ck_assert_uint_eq(left, left_out);
	ck_assert_uint_le(out.len, max);
	buf_free(&out);
}

static void targets_free(struct long_lines *targets, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		buf_free(&targets[i].sentence);
		buf_free(&targets[i].lines);
		buf_free(&targets[i].dialog);
	}
}

/* two that fail, two that work; each line has four bytes */
static const struct {
	size_t max;
	const char *shown;
	size_t left_out;
} rows[] = {
	{48, "s1 l1 d1 s2 l2 d2 s3 l3 d3 s4 l4 d4 ", 0},
	{44, "s1 l1 d1 s2 l2 d2 s3 l3 d3 s4 l4 ", 1},
	{40, "s1 l1 d1 s2 l2 d2 s3 l3 d3 s4 ", 2},
	{32, "s1 l1 d1 s2 l2 d2 s3 s4 ", 4},
	{24, "s1 l1 d1 s2 l2 d2 ", 6},
	{20, "s1 l1 d1 s2 d2 ", 7},
	{16, "s1 l1 d1 s2 ", 8},
	{12, "s1 d1 s2 ", 9},
	{8, "s1 s2 ", 10},
	{4, "s1 ", 11},
	{3, "", 12},
	{0, "", 12},
};

START_TEST(test_long_lines_fit__what_works_gives_way_before_what_fails)
{
	struct long_lines t[] = {
		target(true, "s1 \n", "l1 \n", "d1 \n"),
		target(true, "s2 \n", "l2 \n", "d2 \n"),
		target(false, "s3 \n", "l3 \n", "d3 \n"),
		target(false, "s4 \n", "l4 \n", "d4 \n"),
	};
	char expected[100];
	size_t len = 0;

	for (const char *at = rows[_i].shown; *at; at += 3)
		len += (size_t)snprintf(expected + len, sizeof(expected) - len, "%.2s \n", at);
	expected[len] = '\0';
	ck_assert_fit(t, 4, rows[_i].max, expected, rows[_i].left_out);
	targets_free(t, 4);
}
END_TEST

START_TEST(test_long_lines_fit__the_end_of_a_dialog_stays)
{
	struct long_lines t = target(true, "s\n", "one\ntwo\nsix\n", "a1\nb2\nc3\nd4\ne5\nf6\n");

	ck_assert_fit(&t, 1, 32, "s\none\ntwo\nsix\na1\nb2\nc3\nd4\ne5\nf6\n", 0);
	ck_assert_fit(&t, 1, 31, "s\none\ntwo\nsix\nb2\nc3\nd4\ne5\nf6\n", 1);
	ck_assert_fit(&t, 1, 20, "s\none\ntwo\nd4\ne5\nf6\n", 4);
	targets_free(&t, 1);
}
END_TEST

static const char waiting[] = "     1 imap C: 1 LOGIN\n"
			      "    10 smtp C: EHLO\n"
			      "    20 smtp C: QUIT\n"
			      "    21 imap C: 2 IDLE\n"
			      "    30 imap C: DONE\n"
			      "    40 imap C: 3 IDLE\n"
			      "    50 imap C: 4 FETCH\n";

START_TEST(test_long_lines_fit__rounds_of_waiting_go_before_the_rest_of_a_dialog)
{
	struct long_lines t = target(true, "", "", waiting);
	size_t all = strlen(waiting);

	t.waited_from_ms = 20;
	t.waited_until_ms = 50;
	ck_assert_fit(&t, 1, all, waiting, 0);
	ck_assert_fit(&t, 1, all - 1,
		      "     1 imap C: 1 LOGIN\n    10 smtp C: EHLO\n    20 smtp C: QUIT\n"
		      "    30 imap C: DONE\n    40 imap C: 3 IDLE\n    50 imap C: 4 FETCH\n",
		      1);
	ck_assert_fit(&t, 1, all - 50,
		      "     1 imap C: 1 LOGIN\n    10 smtp C: EHLO\n    20 smtp C: QUIT\n"
		      "    50 imap C: 4 FETCH\n",
		      3);
	ck_assert_fit(&t, 1, 63,
		      "    10 smtp C: EHLO\n    20 smtp C: QUIT\n    50 imap C: 4 FETCH\n", 4);
	targets_free(&t, 1);
}
END_TEST

UNIT_MAIN_FIXTURE("long_lines", NULL, NULL,
		  ROWS(test_long_lines_fit__what_works_gives_way_before_what_fails, rows),
		  ONCE(test_long_lines_fit__the_end_of_a_dialog_stays),
		  ONCE(test_long_lines_fit__rounds_of_waiting_go_before_the_rest_of_a_dialog))

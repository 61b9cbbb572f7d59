/* test_faults.c - the explanations of faults: found by each id, laid out for a terminal */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/span.h"
#include "report/faults.h"

enum { OUT_MAX = 64 << 10, WIDTH = 79 };

static struct buf out;
static struct err err;

static void setup(void)
{
	out = BUF_INIT(OUT_MAX);
	err = (struct err){0};
}

static void teardown(void)
{
	buf_free(&out);
}

/* Lines of 79 columns, but for one that is a single word. */
static void check_width(const char *text, const char *of)
{
	struct span lines = span_of(text), line;

	while (span_next(&lines, '\n', &line)) {
		struct span words = span_trim(line);
		ck_assert_msg(line.len <= WIDTH || !memchr(words.at, ' ', words.len), "%s: %.*s",
			      of, (int)line.len, line.at);
	}
}

START_TEST(test_faults_explain__tells_all_of_each)
{
	struct buf ids = BUF_INIT(OUT_MAX);
	size_t count = 0;

	faults_ids(&ids);
	struct span rest = span_of(buf_str(&ids)), each;
	while ((each = span_next_word(&rest)).len) {
		char id[64] = "";
		memcpy(id, each.at, each.len < sizeof(id) ? each.len : sizeof(id) - 1);
		buf_clear(&out);
		ck_assert_int_eq(faults_explain(id, &out, &err), 0);
		const char *text = buf_str(&out);
		ck_assert_msg(!strncmp(text, id, strlen(id)), "%s", text);
		ck_assert_msg(strstr(text, "\n\nUsual causes\n  ") != NULL, "%s", text);
		ck_assert_msg(strstr(text, "\n\nTo confirm it\n  ") != NULL, "%s", text);
		ck_assert_msg(strstr(text, "\n\nTo mend it\n  ") != NULL, "%s", text);
		check_width(text, id);
		count++;
	}
	ck_assert_uint_gt(count, 150);
	buf_free(&ids);
}
END_TEST

START_TEST(test_faults_explain__puts_each_command_on_a_line)
{
	faults_explain("no-such-name", &out, &err);
	ck_assert_ptr_nonnull(strstr(buf_str(&out), "\n  dig HOST A\n  dig HOST AAAA\n"));
}
END_TEST

static const struct {
	const char *id, *error;
} unknown[] = {
	{"no-such-nmae", "unknown fault \"no-such-nmae\", did you mean no-such-name?"},
	{"smtp-unanswered-t", "unknown fault \"smtp-unanswered-t\", did you mean "
			      "smtp-unanswered-text?"},
	{"zzz", "unknown fault \"zzz\" (--explain lists all)"},
	{"imap auth", "unknown fault \"imap auth\", did you mean imap-oauth?"},
	{" ", "unknown fault \" \" (--explain lists all)"},
};

START_TEST(test_faults_explain__names_the_nearest)
{
	ck_assert_int_eq(faults_explain(unknown[_i].id, &out, &err), -1);
	ck_assert_int_eq(err.kind, ERR_USAGE);
	ck_assert_str_eq(err.text, unknown[_i].error);
	ck_assert_uint_eq(out.len, 0);
}
END_TEST

START_TEST(test_faults_list__has_headings_and_what_each_means)
{
	faults_list(&out);
	ck_assert_ptr_eq(strstr(buf_str(&out), "Reaching the server\n  no-such-name: The host"),
			 buf_str(&out));
	ck_assert_ptr_nonnull(strstr(buf_str(&out), "\n\nTLS\n  tls-failed: "));
	ck_assert_ptr_nonnull(strstr(buf_str(&out), "\n  imap-in-use pop-in-use: "));
	check_width(buf_str(&out), "list");
}
END_TEST

UNIT_MAIN_FIXTURE("faults", setup, teardown, ONCE(test_faults_explain__tells_all_of_each),
		  ONCE(test_faults_explain__puts_each_command_on_a_line),
		  ROWS(test_faults_explain__names_the_nearest, unknown),
		  ONCE(test_faults_list__has_headings_and_what_each_means))

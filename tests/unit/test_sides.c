/* test_sides.c - front ends and back ends, held against each other */
#include "judge/sides.h"

#include <stdio.h>
#include <string.h>

#include "unit.h"

/* 'F', 'B': a front or back end that answers; 'f', 'b': one that fails; 'x', 'y': one that could
 * not be tested; 's', 't': one whose message SMTP refused; '-': a skipped back end. '|' begins
 * another mailbox. */
static size_t make(const char *sides, struct result *results)
{
	size_t count = 0, pair = 0;

	for (; *sides; sides++) {
		if (*sides == '|') {
			pair++;
			continue;
		}
		struct result *r = &results[count++];
		bool is_front = strchr("Ffxs", *sides) != NULL;
		*r = (struct result){.side = is_front ? SIDE_FRONT : SIDE_BACK, .pair = pair};
		r->skipped = *sides == '-';
		if (strchr("fb", *sides))
			r->err.kind = ERR_AUTH;
		if (strchr("xy", *sides))
			r->err.kind = ERR_LOCAL;
		if (!strchr("st", *sides))
			continue;
		r->err.kind = ERR_REFUSED;
		snprintf(r->err.step, sizeof(r->err.step), "smtp_send");
		snprintf(r->smtp_endpoint.host, sizeof(r->smtp_endpoint.host), "smtp");
	}
	return count;
}

static const struct {
	const char *sides, *told;
} tellings[] = {
	{"FB", ""},
	{"fB", "the back end answers: look at the front end/proxy"},
	{"ffBB", "the back ends answer: look at the front end/proxy"},
	{"fFB", "the back end answers: look at the front end/proxy"},
	{"fb", "the back end itself fails"},
	{"Fb", "the front end answers, the back end itself fails"},
	{"xb", "the back end itself fails"},
	{"fbb", "the back ends themselves fail"},
	{"fbB", "1 of 2 back ends fail"},
	{"FBbb", "the front end answers, 2 of 3 back ends fail"},
	{"fy", "the back end could not be tested"},
	{"f-", "the back end could not be tested"},
	{"xB", ""},
	{"Fy", ""},
	{"sB", ""},
	{"st", ""},
	{"ft", "the back end answers: look at the front end/proxy"},
	/* of the first mailbox alone */
	{"fB|Fb|fb", "the back end answers: look at the front end/proxy"},
	{"F|B|b", ""},
};

START_TEST(test_sides_tell__which_side_fails)
{
	struct result results[8];
	struct buf told = BUF_INIT(200);
	size_t count = make(tellings[_i].sides, results);

	sides_tell(results, count, &results[0], &told);
	ck_assert_str_eq(buf_str(&told), tellings[_i].told);
	buf_free(&told);
}
END_TEST

static const struct {
	const char *sides, *hint; /* what is left of the first one's */
} hints[] = {
	{"fB", ""},
	{"ft", ""},
	{"fbB", ""},
	{"fb", "wrong user?"},
	{"fy", "wrong user?"},
	{"f-", "wrong user?"},
	{"bF", "wrong user?"},
	{"f|B", "wrong user?"},
};

START_TEST(test_sides_judge__the_password_is_right_where_the_back_end_takes_it)
{
	struct result results[8];
	size_t count = make(hints[_i].sides, results);

	snprintf(results[0].err.hint, sizeof(results[0].err.hint), "wrong user?");
	sides_judge(results, count);
	ck_assert_str_eq(results[0].err.hint, hints[_i].hint);
}
END_TEST

static void did(struct result *r, const char *name, int64_t start_us, int64_t duration_us,
		enum step_outcome outcome)
{
	struct timeline_step *s = &r->timeline.step[r->timeline.count++];

	*s = (struct timeline_step){
		.start_us = start_us, .duration_us = duration_us, .outcome = outcome};
	snprintf(s->name, sizeof(s->name), "%s", name);
	r->timeline.total_us = start_us + duration_us;
	if (outcome == STEP_FAILED)
		snprintf(r->err.step, sizeof(r->err.step), "%s", name);
}

START_TEST(test_sides_delay__up_to_the_end_of_what_both_did)
{
	struct result r[2];
	int64_t us = 0;

	make("fB", r);
	did(&r[0], "imap_connect", 10, 90, STEP_OK);
	did(&r[0], "imap_greeting", 100, 400, STEP_OK);
	did(&r[0], "imap_login", 500, 9000, STEP_FAILED);
	did(&r[0], "imap_logout", 9500, 100, STEP_OK);
	did(&r[1], "imap_connect", 10, 100, STEP_OK);
	did(&r[1], "imap_greeting", 110, 200, STEP_OK);
	did(&r[1], "imap_login", 310, 200, STEP_OK);
	did(&r[1], "imap_logout", 510, 200, STEP_OK);
	ck_assert_ptr_eq(sides_behind(r, 2, &r[0]), &r[1]);
	ck_assert_ptr_null(sides_behind(r, 2, &r[1]));
	ck_assert(sides_delay(&r[0], &r[1], &us));
	ck_assert_int_eq(us, 500 - 310);
	ck_assert(sides_step_delay(&r[0], &r[1], "imap_connect", &us));
	ck_assert_int_eq(us, -10);
	ck_assert(!sides_step_delay(&r[0], &r[1], "imap_login", &us));
	ck_assert(!sides_step_delay(&r[0], &r[1], "imap_logout", &us));
	ck_assert(!sides_step_delay(&r[0], &r[1], "imap_tls", &us));
	/* all was done: the whole */
	r[0].err = (struct err){0};
	ck_assert(sides_delay(&r[0], &r[1], &us));
	ck_assert_int_eq(us, 9600 - 710);
}
END_TEST

START_TEST(test_sides_behind__the_one_that_has_got_furthest_or_was_fastest)
{
	struct result r[4];
	int64_t us = 0;

	make("FbBB", r);
	did(&r[1], "imap_connect", 0, 1, STEP_FAILED);
	did(&r[2], "imap_connect", 0, 100, STEP_OK);
	did(&r[3], "imap_connect", 0, 99, STEP_OK);
	ck_assert_ptr_eq(sides_behind(r, 4, &r[0]), &r[3]);
	make("Fbb-", r);
	did(&r[1], "imap_connect", 0, 100, STEP_OK);
	did(&r[1], "imap_login", 100, 100, STEP_FAILED);
	did(&r[2], "imap_connect", 0, 1, STEP_FAILED);
	ck_assert_ptr_eq(sides_behind(r, 4, &r[0]), &r[1]);
	/* nothing in common */
	ck_assert(!sides_delay(&r[0], &r[2], &us));
	make("F--", r);
	ck_assert_ptr_null(sides_behind(r, 3, &r[0]));
}
END_TEST

UNIT_MAIN_FIXTURE("sides", NULL, NULL, ROWS(test_sides_tell__which_side_fails, tellings),
		  ROWS(test_sides_judge__the_password_is_right_where_the_back_end_takes_it, hints),
		  ONCE(test_sides_delay__up_to_the_end_of_what_both_did),
		  ONCE(test_sides_behind__the_one_that_has_got_furthest_or_was_fastest))

/* test_delivery.c - when a mailbox is asked, where stale messages are looked for, and what proves a
 * message */
#include "mail/delivery.h"

#include <string.h>

#include "mail/message.h"
#include "unit.h"

#define TOKEN "0123456789abcdef0123456789abcdef"
#define OTHER "fedcba9876543210fedcba9876543210"

/* How long to wait for a message that shows after so long, over a line of so many trips that took
 * so long each */
static const struct {
	int64_t shows_us;
	int round_trips;
	int64_t answer_us, interval_us;
} firsts[] = {
	{10000, 1, 0, 10000},   {10000, 1, 200, 9800}, {10000, 1, 100000, 0},
	{30000, 3, 200, 29400}, {30000, 3, 10000, 0},  {30000, 3, 100000, 0},
};

START_TEST(test_probe_first_interval__the_longer_the_line_the_sooner)
{
	ck_assert_int_eq(delivery_first_interval(firsts[_i].shows_us, firsts[_i].round_trips,
						 firsts[_i].answer_us),
			 firsts[_i].interval_us);
}
END_TEST

/* How many questions are asked from from_us to to_us, if the answers take no time. */
static int questions(int64_t from_us, int64_t to_us)
{
	int count = 0;

	for (int64_t at = delivery_next_interval(0); at < to_us; at += delivery_next_interval(at))
		count += at >= from_us;
	return count;
}

START_TEST(test_probe_next_interval__a_message_is_seen_a_tenth_and_a_little_late)
{
	int64_t at = delivery_next_interval(0), next;

	ck_assert_int_le(at, 10 * US_PER_MS);
	for (; at < 3600 * US_PER_S; at = next) {
		next = at + delivery_next_interval(at);
		ck_assert_int_gt(next, at);
		/* the answer takes its time, too */
		ck_assert_int_le(next - at, at / 10 + 260 * US_PER_MS);
		ck_assert_int_le(next - at, DELIVERY_INTERVAL_MAX_US);
		if (at >= US_PER_S)
			ck_assert_int_ge(next - at, 300 * US_PER_MS);
	}
}
END_TEST

START_TEST(test_probe_next_interval__so_many_questions_and_no_more)
{
	ck_assert_int_ge(questions(0, 200 * US_PER_MS), 5); /* most messages are there by then */
	ck_assert_int_le(questions(0, 60 * US_PER_S), 39);  /* and one at last */
	for (int64_t minute = 1; minute < 60; minute++)
		ck_assert_int_le(questions(minute * 60 * US_PER_S, (minute + 1) * 60 * US_PER_S),
				 12);
}
END_TEST

/* for a last look a tenth of the time, 1 s at most; and to ask why it is missing a tenth of the
 * limit, 1 to 5 s, a sixth of what is left at most */
static const struct {
	double limit_s, left_s, kept_s;
} inquiries[] = {
	{55, 50, 5 + 1},   {30, 25, 3 + 1},  {3, 2.7, 0.45 + 0.225}, {10, 9, 1 + 0.8},
	{600, 500, 5 + 1}, {55, 6, 1 + 0.5}, {1, 0.6, 0.1 + 0.05},
};

START_TEST(test_probe_give_up__leaves_time_for_a_last_look_and_an_inquiry)
{
	const int64_t left_us = (int64_t)(inquiries[_i].left_s * (double)US_PER_S);
	const struct timeline tl = {
		.deadline_us = clock_us() + left_us,
		.run_limit_us = (int64_t)(inquiries[_i].limit_s * (double)US_PER_S),
	};
	int64_t kept_us = tl.deadline_us - delivery_give_up(&tl);

	ck_assert_double_eq_tol((double)kept_us / (double)US_PER_S, inquiries[_i].kept_s, 0.05);
}
END_TEST

START_TEST(test_probe_inquire__belongs_to_the_wait)
{
	struct err err = {0};
	struct timeline tl = {0};

	timeline_begin(&tl, &err, 55 * US_PER_S, clock_us() + 50 * US_PER_S, 0);
	ck_assert_int_eq(delivery_begin(&tl, clock_us() - US_PER_S), 0);
	delivery_inquire(&tl);
	step(&tl, "search");
	ck_assert_int_eq(delivery_missing(&tl, ""), -1);
	timeline_end(&tl);
	ck_assert_uint_eq(tl.count, 1);
	ck_assert_str_eq(tl.step[0].name, "delivery");
	ck_assert_int_ge(tl.step[0].duration_us, US_PER_S);
}
END_TEST

START_TEST(test_probe_missing__says_who_accepted_it_and_when)
{
	struct timeline tl = {0};
	struct err err = {0};

	timeline_begin(&tl, &err, 300 * US_PER_S, clock_us() + 200 * US_PER_S, 0);
	ck_assert_int_eq(delivery_begin(&tl, clock_us() - 42 * US_PER_S), 0);
	ck_assert_int_eq(delivery_missing(&tl, "250 2.0.0 Ok: queued as 4bXk1R2z9vz1x"), -1);
	ck_assert_int_eq(err.kind, ERR_DELIVERY);
	ck_assert_str_eq(err.text,
			 "not there 42 s after \"250 2.0.0 Ok: queued as 4bXk1R2z9vz1x\"");
}
END_TEST

static const struct {
	const char *subject, *field, *id, *body;
	int changes; /* -1: not ours */
} messages[] = {
	{TOKEN, TOKEN, TOKEN, TOKEN, 0},
	{TOKEN, TOKEN, TOKEN, OTHER, MESSAGE_TEXT_CHANGED},
	{OTHER, TOKEN, TOKEN, TOKEN, MESSAGE_SUBJECT_LOST},
	{TOKEN, OTHER, TOKEN, TOKEN, MESSAGE_FIELD_LOST},
	{TOKEN, TOKEN, OTHER, OTHER, MESSAGE_ID_LOST | MESSAGE_TEXT_CHANGED},
	{TOKEN, OTHER, OTHER, TOKEN, -1},
	{OTHER, TOKEN, OTHER, TOKEN, -1},
	{OTHER, OTHER, OTHER, TOKEN, -1},
};

START_TEST(test_probe_look_again)
{
	struct buf text = BUF_INIT(1000);
	struct err err = {0};
	unsigned int changes = 0;
	bool ours = messages[_i].changes >= 0;

	buf_printf(&text,
		   "Subject: " MESSAGE_SUBJECT_PREFIX "%s\r\n" MESSAGE_TOKEN_FIELD
		   ": %s\r\nMessage-ID: <%s@x>\r\n\r\nToken: %s\r\n",
		   messages[_i].subject, messages[_i].field, messages[_i].id, messages[_i].body);
	int rc = delivery_look_again(buf_str(&text), text.len, TOKEN, &changes, &err);
	ck_assert_int_eq(rc, ours ? 0 : -1);
	ck_assert_int_eq(err.kind, ours ? ERR_NONE : ERR_DELIVERY);
	if (ours)
		ck_assert_int_eq((int)changes, messages[_i].changes);
	else
		ck_assert_ptr_nonnull(strstr(err.text, "two messages under one number"));
	buf_free(&text);
}
END_TEST

START_TEST(test_probe_choose_window__small_mailbox_is_looked_at_whole)
{
	struct delivery_window w;

	for (uint32_t count = 0; count <= 16; count++) {
		delivery_choose_window(count, 16, &w);
		ck_assert_uint_eq(w.newest_from, 1);
		ck_assert_uint_eq(w.older_from, 0);
	}
}
END_TEST

START_TEST(test_probe_choose_window__every_older_message_gets_its_turn)
{
	enum { SIZE = 4 };
	bool seen[20] = {false};
	struct delivery_window w;

	for (int run = 0; run < 2000; run++) {
		delivery_choose_window(20, SIZE, &w);
		ck_assert_uint_eq(w.newest_from, 17);
		ck_assert(w.older_from >= 1 && w.older_from <= w.older_to && w.older_to <= 16);
		ck_assert_uint_lt(w.older_to - w.older_from, SIZE);
		for (uint32_t i = w.older_from; i <= w.older_to; i++)
			seen[i] = true;
	}
	for (size_t i = 1; i <= 16; i++)
		ck_assert_msg(seen[i], "message %zu was never looked at", i);
}
END_TEST

START_TEST(test_probe_choose_window__largest_mailbox)
{
	struct delivery_window w;

	delivery_choose_window(UINT32_MAX, 500, &w);
	ck_assert_uint_eq(w.newest_from, UINT32_MAX - 499);
	ck_assert(w.older_from >= 1 && w.older_from <= w.older_to && w.older_to < w.newest_from);
}
END_TEST

UNIT_MAIN_FIXTURE("probe", NULL, NULL,
		  ROWS(test_probe_first_interval__the_longer_the_line_the_sooner, firsts),
		  ONCE(test_probe_next_interval__a_message_is_seen_a_tenth_and_a_little_late),
		  ONCE(test_probe_next_interval__so_many_questions_and_no_more),
		  ROWS(test_probe_give_up__leaves_time_for_a_last_look_and_an_inquiry, inquiries),
		  ONCE(test_probe_inquire__belongs_to_the_wait),
		  ONCE(test_probe_missing__says_who_accepted_it_and_when),
		  ROWS(test_probe_look_again, messages),
		  ONCE(test_probe_choose_window__small_mailbox_is_looked_at_whole),
		  ONCE(test_probe_choose_window__every_older_message_gets_its_turn),
		  ONCE(test_probe_choose_window__largest_mailbox))

/* test_imap_watch.c - what messages are shown to be, and their numbers until they are gone */
#include "unit.h"

#include <stdio.h>

#include "mail/imap/imap_watch.h"

#define T     "0123456789abcdef0123456789abcdef"
#define OTHER "fedcba9876543210fedcba9876543210"

static struct imap_watch w;

static void forget(void)
{
	imap_watch_clear(&w);
}

/* two looks agree, and it is wanted */
static void prove(uint32_t uid, uint32_t number, const char *token)
{
	imap_watch_want(&w, imap_watch_note(&w, 1, uid, number, token));
	imap_watch_note(&w, 2, uid, number, token);
}

START_TEST(test_imap_watch_note__two_looks_make_a_proof)
{
	struct imap_message *m = imap_watch_note(&w, 1, 40, 4, T);

	ck_assert_ptr_eq(imap_watch_note(&w, 1, 40, 4, T), m); /* told twice in one look */
	ck_assert(imap_watch_want(&w, m));
	ck_assert(!imap_message_is_proven(m));
	imap_watch_note(&w, 2, 40, 4, T);
	ck_assert(imap_message_is_proven(m));
	ck_assert(!w.contradicted);
	ck_assert_uint_eq(w.count, 1);
}
END_TEST

static const struct {
	const char *first, *second;
	bool contradicted;
} pairs[] = {{T, T, false}, {"", "", false}, {T, "", true}, {"", T, true}, {T, OTHER, true}};

START_TEST(test_imap_watch_note__notices_two_messages_under_one_uid)
{
	for (unsigned int look = 1; look <= 2; look++) { /* in one look, and in two */
		forget();
		imap_watch_note(&w, 1, 40, 4, pairs[_i].first);
		imap_watch_note(&w, look, 40, 4, pairs[_i].second);
		ck_assert_int_eq(w.contradicted, pairs[_i].contradicted);
	}
}
END_TEST

START_TEST(test_imap_watch_note__up_to_its_maximum)
{
	for (uint32_t i = 1; i <= IMAP_WATCHED_MAX; i++)
		ck_assert_ptr_nonnull(imap_watch_note(&w, 1, i, i, ""));
	ck_assert_ptr_null(imap_watch_note(&w, 1, IMAP_WATCHED_MAX + 1, 1, T));
	ck_assert_ptr_nonnull(imap_watch_note(&w, 1, IMAP_WATCHED_MAX, 1, ""));
}
END_TEST

START_TEST(test_imap_watch_want__up_to_its_maximum)
{
	struct imap_message *m = NULL;

	for (uint32_t i = 1; i <= IMAP_WANTED_MAX; i++) {
		m = imap_watch_note(&w, 1, i, i, T);
		ck_assert(imap_watch_want(&w, m));
	}
	ck_assert(imap_watch_want(&w, m)); /* again is no more */
	m = imap_watch_note(&w, 1, IMAP_WANTED_MAX + 1, 1, T);
	ck_assert(!imap_watch_want(&w, m));
	ck_assert(!m->wanted);
}
END_TEST

START_TEST(test_imap_watch_expunge__shifts_those_behind)
{
	imap_watch_note(&w, 1, 40, 4, T);
	imap_watch_note(&w, 1, 60, 6, T);
	imap_watch_expunge(&w, 2);
	ck_assert_uint_eq(imap_watch_find(&w, 40)->number, 3);
	ck_assert_uint_eq(imap_watch_find(&w, 60)->number, 5);
	imap_watch_expunge(&w, 9);
	imap_watch_expunge(&w, 3);
	ck_assert(imap_watch_find(&w, 40)->gone);
	ck_assert(!imap_watch_find(&w, 60)->gone);
	ck_assert_uint_eq(imap_watch_find(&w, 60)->number, 4);
	/* the number of one that is gone belongs to another message now */
	imap_watch_expunge(&w, 3);
	ck_assert_uint_eq(imap_watch_find(&w, 60)->number, 3);
	imap_watch_expunge(&w, 3);
	ck_assert(imap_watch_find(&w, 60)->gone);
}
END_TEST

START_TEST(test_imap_watch_left__what_is_wanted_and_not_gone)
{
	uint32_t uid[IMAP_WANTED_MAX];

	prove(40, 4, T);
	imap_watch_want(&w, imap_watch_note(&w, 1, 50, 5, T));
	prove(60, 6, T);
	imap_watch_note(&w, 1, 70, 7, T);
	ck_assert_uint_eq(imap_watch_left(&w, true, uid), 2);
	ck_assert_uint_eq(uid[0], 40);
	ck_assert_uint_eq(uid[1], 60);
	ck_assert_uint_eq(imap_watch_left(&w, false, uid), 1);
	ck_assert_uint_eq(uid[0], 50);
	imap_watch_expunge(&w, 4);
	ck_assert_uint_eq(imap_watch_left(&w, true, uid), 1);
	ck_assert_uint_eq(uid[0], 60);
}
END_TEST

START_TEST(test_imap_watch_others_marked__as_far_as_was_told)
{
	prove(40, 4, T);
	imap_watch_note(&w, 1, 50, 5, "");
	imap_watch_mark(&w, 4, true); /* ours */
	ck_assert(!imap_watch_others_marked(&w));
	imap_watch_mark(&w, 2, true); /* one of which no more is known */
	ck_assert(imap_watch_others_marked(&w));
	imap_watch_mark(&w, 2, false);
	ck_assert(!imap_watch_others_marked(&w));
	imap_watch_mark(&w, 5, true);
	imap_watch_mark(&w, 5, true);
	ck_assert(imap_watch_others_marked(&w));
	imap_watch_expunge(&w, 1); /* it is number 4 now, and ours 3 */
	ck_assert(imap_watch_others_marked(&w));
	imap_watch_expunge(&w, 4);
	ck_assert(!imap_watch_others_marked(&w));
}
END_TEST

START_TEST(test_imap_watch_others_marked__more_than_can_be_kept)
{
	for (uint32_t i = 1; i <= IMAP_MARKED_MAX + 1; i++)
		imap_watch_mark(&w, i, true);
	for (uint32_t i = 1; i <= IMAP_MARKED_MAX + 1; i++)
		imap_watch_mark(&w, i, false);
	ck_assert(imap_watch_others_marked(&w));
}
END_TEST

UNIT_MAIN_FIXTURE("imap_watch", forget, forget, ONCE(test_imap_watch_note__two_looks_make_a_proof),
		  ROWS(test_imap_watch_note__notices_two_messages_under_one_uid, pairs),
		  ONCE(test_imap_watch_note__up_to_its_maximum),
		  ONCE(test_imap_watch_want__up_to_its_maximum),
		  ONCE(test_imap_watch_expunge__shifts_those_behind),
		  ONCE(test_imap_watch_left__what_is_wanted_and_not_gone),
		  ONCE(test_imap_watch_others_marked__as_far_as_was_told),
		  ONCE(test_imap_watch_others_marked__more_than_can_be_kept))

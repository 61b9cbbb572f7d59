/* test_imap_watch.c - messages whose numbers are followed until they are gone */
#include "unit.h"

#include "mail/imap/imap_watch.h"

START_TEST(test_imap_watch_add__once_for_each_uid)
{
	struct imap_watch w = {0};

	ck_assert_uint_eq(imap_watch_add(&w, 40, 4)->number, 4);
	ck_assert_ptr_eq(imap_watch_add(&w, 40, 9), imap_watch_find(&w, 40));
	ck_assert_uint_eq(imap_watch_find(&w, 40)->number, 4);
	ck_assert_uint_eq(w.count, 1);
	ck_assert_ptr_null(imap_watch_find(&w, 41));
}
END_TEST

START_TEST(test_imap_watch_add__up_to_its_maximum)
{
	struct imap_watch w = {0};

	for (uint32_t i = 1; i <= IMAP_WATCHED_MAX; i++)
		ck_assert_ptr_nonnull(imap_watch_add(&w, i, i));
	ck_assert_ptr_null(imap_watch_add(&w, IMAP_WATCHED_MAX + 1, 1));
	ck_assert_ptr_nonnull(imap_watch_add(&w, IMAP_WATCHED_MAX, 1));
}
END_TEST

START_TEST(test_imap_watch_expunge__shifts_those_behind)
{
	struct imap_watch w = {0};

	imap_watch_add(&w, 40, 4);
	imap_watch_add(&w, 60, 6);
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

START_TEST(test_imap_watch_left__only_what_is_proven_and_not_gone)
{
	struct imap_watch w = {0};
	uint32_t uid[IMAP_WATCHED_MAX];

	imap_watch_add(&w, 40, 4)->proven = true;
	imap_watch_add(&w, 50, 5);
	imap_watch_add(&w, 60, 6)->proven = true;
	ck_assert_uint_eq(imap_watch_left(&w, uid), 2);
	ck_assert_uint_eq(uid[0], 40);
	ck_assert_uint_eq(uid[1], 60);
	imap_watch_expunge(&w, 4);
	ck_assert_uint_eq(imap_watch_left(&w, uid), 1);
	ck_assert_uint_eq(uid[0], 60);
}
END_TEST

UNIT_MAIN("imap_watch", test_imap_watch_add__once_for_each_uid,
	  test_imap_watch_add__up_to_its_maximum, test_imap_watch_expunge__shifts_those_behind,
	  test_imap_watch_left__only_what_is_proven_and_not_gone)

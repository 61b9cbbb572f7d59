/* test_net_hint.c - the hints for what lies before a greeting: each has its row, and its own id.
 * Where they are given: test_tls, test_connect, test_spoken, and the chats of faults. */
#include "net/net_hint.h"

#include <string.h>

#include "unit.h"

START_TEST(test_net_hint__each_fault_has_its_own)
{
	const struct hint *row = &net_hints[_i];

	ck_assert_ptr_nonnull(row->id);
	ck_assert_uint_eq(strspn(row->id, "abcdefghijklmnopqrstuvwxyz0123456789-"),
			  strlen(row->id));
	ck_assert_uint_le(strlen(row->text), 125); /* it fits behind the longest words */
	ck_assert_ptr_null(strpbrk(row->text, ";|<>\n"));
	for (int i = 0; i < _i; i++)
		ck_assert_str_ne(row->id, net_hints[i].id);
}
END_TEST

UNIT_MAIN_FIXTURE("net_hint", NULL, NULL, TIMES(test_net_hint__each_fault_has_its_own, NET_FAULTS))

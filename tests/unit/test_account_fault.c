/* test_account_fault.c - each of the words is found in whatever stands around it */
#include "mail/account_fault.h"

#include <stdio.h>

#include "unit.h"

START_TEST(test_account_fault__of_each_row)
{
	enum account_fault fault = ACCOUNT_FAULTS;
	bool seen[ACCOUNT_FAULTS] = {0};
	const char *words;
	char said[200];

	for (size_t i = 0; (words = account_fault_at(i, &fault)); i++) {
		snprintf(said, sizeof(said), "[SYS/TEMP] Sorry, %s (1 s).", words);
		ck_assert_uint_eq(account_fault(span_of(said)), fault);
		seen[fault] = true;
	}
	for (size_t i = 0; i < ACCOUNT_FAULTS; i++)
		ck_assert(seen[i]);
}
END_TEST

START_TEST(test_account_fault__of_other_words)
{
	static const char *const others[] = {"", "Authentication failed", "mailbox is locked",
					     "the maildrop is temporarily locked", "expired"};

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		ck_assert_uint_eq(account_fault(span_of(others[i])), ACCOUNT_FAULTS);
}
END_TEST

UNIT_MAIN("account_fault", test_account_fault__of_each_row, test_account_fault__of_other_words)

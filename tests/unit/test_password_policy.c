/* test_password_policy.c - what a policy says, in the line that an administrator sees */
#include "account/password_policy.h"

#include "unit.h"

static char tests_name[] = "tests";

static const struct {
	struct password_policy policy;
	const char *words;
} policies[] = {
	{{0}, ""},
	{{.lockout = 3, .window_s = 1800}, ""},
	{{.least_length = 7}, "policy: 7 characters or more"},
	{{.name = tests_name,
	  .least_length = 60,
	  .is_complex = true,
	  .history = 24,
	  .least_age_s = 86400},
	 "policy \"tests\": 60 characters or more, three kinds of them, no name, none of the last "
	 "24, 1 day after the last"},
	{{.least_age_s = 172800}, "policy: 2 days after the last"},
	{{.least_age_s = 5400}, "policy: 90 minutes after the last"},
	{{.least_age_s = 7200}, "policy: 2 hours after the last"},
	{{.least_age_s = 61}, "policy: 61 seconds after the last"},
	{{.least_length = 7, .is_hidden = true},
	 "a policy that this user may not read: length, kinds of characters"},
};

START_TEST(test_password_policy_words)
{
	char text[200];

	password_policy_words(&policies[_i].policy, text, sizeof(text));
	ck_assert_str_eq(text, policies[_i].words);
}
END_TEST

/* As much as fits: nothing is written behind it. */
START_TEST(test_password_policy_words__cut)
{
	char text[24] = "";

	password_policy_words(&policies[3].policy, text, sizeof(text));
	ck_assert_str_eq(text, "policy \"tests\": 60 char");
}
END_TEST

UNIT_MAIN_FIXTURE("password_policy", NULL, NULL, ROWS(test_password_policy_words, policies),
		  ONCE(test_password_policy_words__cut))

/* test_smtp_reach.c - the names of how far a test goes, and the words for its success. The dialog
 * is tested by chats. */
#include <string.h>

#include "mail/smtp/smtp_reach.h"

#include "unit.h"

static const struct {
	const char *name;
	enum smtp_through through;
} names[] = {
	{"banner", SMTP_THROUGH_BANNER}, {"ehlo", SMTP_THROUGH_EHLO}, {"tls", SMTP_THROUGH_TLS},
	{"auth", SMTP_THROUGH_AUTH},     {"mail", SMTP_THROUGH_MAIL}, {"rcpt", SMTP_THROUGH_RCPT},
	{"RCPT", SMTP_THROUGH_RCPT},
};

START_TEST(test_smtp_through_parse__names)
{
	enum smtp_through through = SMTP_THROUGH_DEFAULT;
	struct err err = {0};

	ck_assert_int_eq(smtp_through_parse(names[_i].name, &through, &err), 0);
	ck_assert_int_eq(through, names[_i].through);
	ck_assert(!strcasecmp(smtp_through_name(through), names[_i].name));
}
END_TEST

START_TEST(test_smtp_through_parse__rejects_others)
{
	enum smtp_through through = SMTP_THROUGH_TLS;
	struct err err = {0};

	ck_assert_int_eq(smtp_through_parse("data", &through, &err), -1);
	ck_assert_int_eq(smtp_through_parse("", &through, &(struct err){0}), -1);
	ck_assert_int_eq(through, SMTP_THROUGH_TLS);
	ck_assert_int_eq(err.kind, ERR_USAGE);
	ck_assert_str_eq(err.text, "\"data\" is none of banner, ehlo, tls, auth, mail, rcpt");
}
END_TEST

START_TEST(test_smtp_probe_done__tells_an_expected_rejection_from_an_acceptance)
{
	struct smtp_reach p = {.through = SMTP_THROUGH_RCPT};

	ck_assert_str_eq(smtp_reach_done(&p), "recipient accepted");
	p.expect_reject = true;
	ck_assert_str_eq(smtp_reach_done(&p), "recipient rejected as expected");
}
END_TEST

UNIT_MAIN_FIXTURE("smtp_reach", NULL, NULL, ROWS(test_smtp_through_parse__names, names),
		  ONCE(test_smtp_through_parse__rejects_others),
		  ONCE(test_smtp_probe_done__tells_an_expected_rejection_from_an_acceptance))

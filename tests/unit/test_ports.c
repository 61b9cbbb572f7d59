/* test_ports.c - the list of mail ports */
#include "net/ports.h"

#include "unit.h"

static const struct service_ports *const services[] = {
	&ports_imap, &ports_pop, &ports_smtp, &ports_lmtp, &ports_submission,
};

START_TEST(test_ports__has_those_of_every_service)
{
	ck_assert(ports_is_mail(services[_i]->plain));
	ck_assert(!ports_is_implicit(services[_i]->plain));
	ck_assert(ports_is_mail(services[_i]->implicit));
	ck_assert(ports_is_implicit(services[_i]->implicit));
}
END_TEST

START_TEST(test_ports__has_no_other)
{
	ck_assert(!ports_is_mail(0));
	ck_assert(!ports_is_implicit(0));
	ck_assert(!ports_is_mail(443));
	ck_assert(!ports_is_implicit(443));
	ck_assert(!ports_is_implicit(2525));
}
END_TEST

START_TEST(test_ports__lists_for_people)
{
	struct buf out = BUF_INIT(100);

	ports_list_implicit(&out);
	ck_assert_str_eq(buf_str(&out), "465, 993, 995, 1993 and 1995");
	buf_free(&out);
}
END_TEST

UNIT_MAIN_FIXTURE("ports", NULL, NULL, ROWS(test_ports__has_those_of_every_service, services),
		  ONCE(test_ports__has_no_other), ONCE(test_ports__lists_for_people))

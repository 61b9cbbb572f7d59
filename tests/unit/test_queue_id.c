/* test_queue_id.c - the name of an accepted message in the words of real servers */
#include "mail/smtp/queue_id.h"

#include <string.h>

#include "unit.h"

static const struct {
	const char *words, *id;
} row[] = {
	{"250 2.0.0 Ok: queued as 4bXk1R2z9vz1x", "4bXk1R2z9vz1x"},
	{"250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 9F2E1C0A7B",
	 "9F2E1C0A7B"},
	{"250 OK id=1rXk1R-0000aB-2c", "1rXk1R-0000aB-2c"},
	{"250 2.6.0 <0123@probe.example> [InternalId=63488475037725, Hostname=MBX01.example.org] "
	 "Queued mail for delivery",
	 "63488475037725"},
	{"250 2.0.0 4ADBtX1q012345 Message accepted for delivery", "4ADBtX1q012345"},
	{"250 2.0.0 1a2b3c4d Message accepted for delivery", "1a2b3c4d"},
	{"250 2.0.0 OK  1732557600 a1-20020a5d4a41000000b003.12 - gsmtp",
	 "a1-20020a5d4a41000000b003.12"},
	{"250 ok 1732557600 qp 12345", "12345"},
	{"250 2.0.0 Message queued with id 8d3a3cf4.", "8d3a3cf4"},
	{"250 2.0.0 <probe@lab.example> 8hGkC2Zq/2VhGgAAmx+nMA Saved", "8hGkC2Zq/2VhGgAAmx+nMA"},
	{"250 2.0.0 Ok: queued as", ""},
	{"250 queued as \"x\"", ""},
	{"250 ok", ""},
	{"250 idea=1", ""},
	{"", ""},
};

START_TEST(test_queue_id__of_real_servers)
{
	struct span id = smtp_queue_id(span_of(row[_i].words));

	ck_assert_uint_eq(id.len, strlen(row[_i].id));
	ck_assert(!memcmp(id.at, row[_i].id, id.len));
}
END_TEST

/* Words need not end in a NUL: a sanitizer sees a byte too many. */
START_TEST(test_queue_id__stays_within_its_length)
{
	static const char words[] = "250 2.0.0 Ok: queued as 4bXk1R2z9vz1x";

	for (size_t len = 0; len < sizeof(words); len++) {
		char *exact = malloc(len + 1);
		memcpy(exact + 1, words, len);
		struct span id = smtp_queue_id((struct span){exact + 1, len});
		ck_assert(id.len <= len);
		free(exact);
	}
}
END_TEST

UNIT_MAIN_FIXTURE("queue_id", NULL, NULL, ROWS(test_queue_id__of_real_servers, row),
		  ONCE(test_queue_id__stays_within_its_length))

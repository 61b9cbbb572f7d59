/* test_idna.c - names beyond ASCII as DNS has them */
#include "net/idna.h"

#include <string.h>

#include "unit.h"

#define UUUUUUUU "\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc"

static const struct {
	const char *host, *ascii; /* NULL: there can be no such name */
} names[] = {
	{"mail.example.org", "mail.example.org"},
	{"b\xc3\xbc"
	 "cher.example",
	 "xn--bcher-kva.example"},
	{"B\xc3\x9c"
	 "CHER.EXAMPLE.",
	 "xn--bcher-kva.EXAMPLE."},
	/* what stands before it is left alone */
	{"_imaps._tcp.b\xc3\xbc"
	 "cher.example",
	 "_imaps._tcp.xn--bcher-kva.example"},
	{"my_host.b\xc3\xbc"
	 "cher.example",
	 "my_host.xn--bcher-kva.example"},
	{"", ""},
	{"b\xfc"
	 "cher.example",
	 NULL},
	/* longer than a label may be */
	{UUUUUUUU UUUUUUUU UUUUUUUU UUUUUUUU UUUUUUUU UUUUUUUU UUUUUUUU UUUUUUUU UUUUUUUU
	 ".example",
	 NULL},
};

START_TEST(test_idna_ascii__label_by_label)
{
	char ascii[ENDPOINT_HOST_SIZE];
	int rc = idna_ascii(names[_i].host, ascii);

	ck_assert_int_eq(rc, names[_i].ascii ? 0 : -1);
	if (names[_i].ascii)
		ck_assert_str_eq(ascii, names[_i].ascii);
}
END_TEST

/* each label may be, but all of them may not */
START_TEST(test_idna_ascii__longer_than_a_name)
{
	enum { LABELS = 60, LABEL_SIZE = sizeof("\xc3\xbc.") - 1 };
	char host[LABELS * LABEL_SIZE + 1] = "", ascii[ENDPOINT_HOST_SIZE];

	for (int i = 0; i < LABELS; i++)
		memcpy(host + i * LABEL_SIZE, "\xc3\xbc.", LABEL_SIZE + 1);
	ck_assert_int_eq(idna_ascii(host, ascii), -1);
}
END_TEST

UNIT_MAIN_FIXTURE("idna", NULL, NULL, ROWS(test_idna_ascii__label_by_label, names),
		  ONCE(test_idna_ascii__longer_than_a_name))

/* test_http.c - which addresses may be asked, and as what they are shown */
#include "http/http.h"

#include <stdio.h>
#include <string.h>

#include "unit.h"

static const struct {
	const char *url, *origin; /* NULL: refused */
} urls[] = {
	{"https://login.example/a/b?c=d#e", "https://login.example"},
	{"HTTPS://login.example:8443", "https://login.example:8443"},
	{"https://[2001:db8::1]:8443/", "https://[2001:db8::1]:8443"},
	{"http://127.0.0.1/token", "http://127.0.0.1"},
	{"http://127.255.1.2:8080/", "http://127.255.1.2:8080"},
	{"http://[::1]:8080/", "http://[::1]:8080"},
	{"http://localhost:8080", "http://localhost:8080"},
	{"http://LOCALHOST/", "http://LOCALHOST"},
	{"http://localhost.example/", NULL},
	{"http://127.0.0.1.example/", NULL},
	{"http://127.1/", NULL},
	{"http://2130706433/", NULL},
	{"http://0.0.0.0/", NULL},
	{"http://[::ffff:127.0.0.1]/", NULL},
	{"http://[::1/", NULL},
	{"http://login.example/", NULL},
	{"https://user@login.example/", NULL},
	{"http://127.0.0.1:80@login.example/", NULL},
	{"http://login.example\\@127.0.0.1/", NULL},
	{"https:///token", NULL},
	{"https://", NULL},
	{"https:/login.example", NULL},
	{"ftp://127.0.0.1/", NULL},
	{"//login.example/", NULL},
	{"login.example", NULL},
	{"", NULL},
	{"https://login.example/a b", NULL},
	{"https://login.example/\r\nX: y", NULL},
	{"https://l\xc3\xb6gin.example/", NULL},
};

START_TEST(test_http_origin)
{
	char origin[HTTP_ORIGIN_SIZE] = "";
	struct err err = {0};
	int rc = http_origin(urls[_i].url, origin, &err);

	ck_assert_int_eq(rc, urls[_i].origin ? 0 : -1);
	ck_assert_str_eq(origin, urls[_i].origin ? urls[_i].origin : "");
	ck_assert_int_eq(err.kind, urls[_i].origin ? ERR_NONE : ERR_USAGE);
}
END_TEST

/* A host of any length is shown whole, or refused. */
START_TEST(test_http_origin__long)
{
	char url[HTTP_ORIGIN_SIZE + 20], origin[HTTP_ORIGIN_SIZE];
	struct err err = {0};

	for (size_t len = HTTP_ORIGIN_SIZE - 30; len < HTTP_ORIGIN_SIZE + 5; len++) {
		snprintf(url, sizeof(url), "https://%0*d/", (int)len, 0);
		err = (struct err){0};
		if (http_origin(url, origin, &err) == 0)
			ck_assert_uint_eq(strlen(origin), strlen("https://") + len);
		else
			ck_assert_uint_gt(len, HTTP_ORIGIN_SIZE - 20);
	}
}
END_TEST

UNIT_MAIN_FIXTURE("http", NULL, NULL, ROWS(test_http_origin, urls), ONCE(test_http_origin__long))

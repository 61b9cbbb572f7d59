/* test_found.c - what was found is in order, and the same whatever order it came in */
#include "discover/found.h"
#include "discover/found_print.h"

#include "base/xalloc.h"
#include "unit.h"

static struct found found;
static struct buf out;

static void setup(void)
{
	found = (struct found){0};
	out = BUF_INIT(10000);
}

static void teardown(void)
{
	found_free(&found);
	buf_free(&out);
}

static void add_connector(const char *name, const char *server, const char *bindings)
{
	const struct found_connector c = {.name = xstrdup(name),
					  .server = xstrdup(server),
					  .bindings = xstrdup(bindings),
					  .mode = TLS_MODE_STARTTLS};

	found_add_connector(&found, &c);
}

static void add_endpoint(enum found_service service, const char *host, uint16_t port,
			 enum tls_mode mode)
{
	const struct found_endpoint e = {
		.service = service, .host = xstrdup(host), .port = port, .mode = mode};

	found_add_endpoint(&found, &e);
}

START_TEST(test_found__connectors_are_sorted_and_named_apart)
{
	add_connector("b", "two.example", "0.0.0.0:25");
	add_connector("A", "one.example", "0.0.0.0:25");
	add_connector("b", "one.example", "[::]:25");
	found_sort(&found);
	found_print_connectors(&found, &out);
	ck_assert_str_eq(buf_str(&out), "[A]\nserver = one.example\nbindings = 0.0.0.0:25\n"
					"connection-type = tls\n\n"
					"[b]\nserver = one.example\nbindings = [::]:25\n"
					"connection-type = tls\n\n"
					"[b (2)]\nserver = two.example\nbindings = 0.0.0.0:25\n"
					"connection-type = tls\n");
}
END_TEST

START_TEST(test_found__names_cannot_break_out_of_their_section)
{
	add_connector("x]\nenabled = no\n[y", "one.example\nfqdn = two.example", "0.0.0.0:25");
	found_print_connectors(&found, &out);
	ck_assert_str_eq(buf_str(&out), "[x) enabled = no (y]\n"
					"server = one.example fqdn = two.example\n"
					"bindings = 0.0.0.0:25\nconnection-type = tls\n");
}
END_TEST

START_TEST(test_found__what_is_off_says_why)
{
	struct found_connector c = {.name = xstrdup("x"), .off = xstrdup("switched off")};

	c.mode = TLS_MODE_PLAINTEXT;
	c.max_size = 1000;
	c.lmtp = true;
	found_add_connector(&found, &c);
	found_print_connectors(&found, &out);
	ck_assert_str_eq(buf_str(&out), "[x]\nenabled = no\nreason = switched off\n"
					"connection-type = plaintext\nprotocol = lmtp\n"
					"require = SIZE>=1000\n");
}
END_TEST

START_TEST(test_found__endpoints_are_there_once_and_have_a_type)
{
	add_endpoint(FOUND_IMAP, "b.example", 143, TLS_MODE_STARTTLS);
	add_endpoint(FOUND_IMAP, "b.example", 993, TLS_MODE_IMPLICIT);
	add_endpoint(FOUND_IMAP, "2001:db8::1", 143, TLS_MODE_PLAINTEXT);
	add_endpoint(FOUND_IMAP, "b.example", 993, TLS_MODE_IMPLICIT);
	add_endpoint(FOUND_POP, "b.example", 995, TLS_MODE_IMPLICIT);
	found_sort(&found);
	found_print_endpoints(&found, FOUND_IMAP, &out);
	ck_assert_str_eq(buf_str(&out), "[2001:db8::1]:143:PLAIN\nb.example:993:SSL\n"
					"b.example:143:TLS\n");
}
END_TEST

START_TEST(test_found__accounts_name_their_server)
{
	struct found_account a = {.name = xstrdup("u@b.example"), .username = xstrdup("u")};

	a.server = xstrdup("b.example");
	a.off[FOUND_POP] = "POP3 is off";
	found_add_account(&found, &a);
	add_endpoint(FOUND_POP, "a.example", 995, TLS_MODE_IMPLICIT);
	found_sort(&found);
	found_print_accounts(&found, FOUND_POP, true, &out);
	ck_assert_str_eq(buf_str(&out), "[u@b.example]\nenabled = no\nreason = POP3 is off\n"
					"username = u\n");
	found_add_listener(&found, &(struct found_listener){.service = FOUND_IMAP,
							    .server = xstrdup("b.example"),
							    .proxy_port = 1993});
	found_add_listener(&found,
			   &(struct found_listener){.service = FOUND_POP,
						    .server = xstrdup("b.example"),
						    .proxy_port = 1995,
						    .entrance = {.host = "mail.example",
								 .port = 110,
								 .mode = TLS_MODE_STARTTLS}});
	found_sort(&found);
	buf_clear(&out);
	found_print_accounts(&found, FOUND_POP, true, &out);
	ck_assert_ptr_nonnull(strstr(buf_str(&out), "\nendpoint = mail.example:110:TLS\n"
						    "back-end = b.example:1995:SSL\n"));
	buf_clear(&out);
	found_print_accounts(&found, FOUND_POP, false, &out);
	ck_assert_ptr_null(strstr(buf_str(&out), "back-end"));
}
END_TEST

/* Of this host's own server no name is known. */
START_TEST(test_found__accounts_of_this_host)
{
	const struct found_account a = {.name = xstrdup("u"), .username = xstrdup("u")};

	found_add_account(&found, &a);
	add_endpoint(FOUND_POP, "::1", 995, TLS_MODE_IMPLICIT);
	add_endpoint(FOUND_IMAP, "::1", 993, TLS_MODE_IMPLICIT);
	add_endpoint(FOUND_IMAP, "::1", 143, TLS_MODE_STARTTLS);
	found_sort(&found);
	found_print_accounts(&found, FOUND_IMAP, false, &out);
	ck_assert_str_eq(buf_str(&out), "[u]\nendpoint = [::1]:993:SSL\n");
}
END_TEST

UNIT_MAIN_FIXTURE("found", setup, teardown, ONCE(test_found__connectors_are_sorted_and_named_apart),
		  ONCE(test_found__names_cannot_break_out_of_their_section),
		  ONCE(test_found__what_is_off_says_why),
		  ONCE(test_found__endpoints_are_there_once_and_have_a_type),
		  ONCE(test_found__accounts_name_their_server),
		  ONCE(test_found__accounts_of_this_host))

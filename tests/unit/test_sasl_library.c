/* test_sasl_library.c - a machine without GNU SASL, or on which it cannot be opened */
#include "unit.h"

#include <dlfcn.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mail/sasl/sasl.h"

void *__real_dlopen(const char *name, int flags);
void *__wrap_dlopen(const char *name, int flags);

static char asked_for[64];
static bool few_files;

static void *open_without_files(const char *name, int flags)
{
	struct rlimit before;

	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &(struct rlimit){0, before.rlim_max}), 0);
	void *handle = __real_dlopen(name, flags);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
	return handle;
}

void *__wrap_dlopen(const char *name, int flags)
{
	snprintf(asked_for, sizeof(asked_for), "%s", name);
	if (few_files)
		return open_without_files(name, flags);
	return __real_dlopen("libgsasl-that-is-not-there.so.0", flags);
}

START_TEST(test_sasl_begin__without_the_library_is_a_local_matter)
{
	static char value[] = "p";
	struct secret password = {value};
	struct credentials who = {.username = "u", .password = &password};
	const struct sasl_terms terms = {.who = &who, .service = "imap", .host = "h"};
	struct sasl s;

	/* as often as it is asked for: a second worker gets the same answer */
	for (int i = 0; i < 2; i++) {
		struct err err = {0};
		ck_assert_int_eq(sasl_begin(&s, mechanism_find(span_of("CRAM-MD5")), &terms, &err),
				 -1);
		ck_assert_int_eq(err.kind, ERR_LOCAL);
		ck_assert_ptr_nonnull(strstr(err.text, "GNU SASL cannot be loaded: "));
		ck_assert_ptr_nonnull(strstr(err.text, "libgsasl-that-is-not-there.so.0"));
		ck_assert_ptr_nonnull(strstr(err.hint, "libgsasl18"));
		sasl_free(&s);
	}
	/* most sites need none */
	struct err err = {0};
	ck_assert_int_eq(sasl_begin(&s, mechanism_find(span_of("PLAIN")), &terms, &err), 0);
	sasl_free(&s);
	ck_assert_int_eq(strncmp(asked_for, "libgsasl.so.", 12), 0);
}
END_TEST

/* To install what is there would not help. In a child: a process asks for the library once. */
START_TEST(test_sasl_begin__without_descriptors)
{
	static char value[] = "p";
	struct secret password = {value};
	struct credentials who = {.username = "u", .password = &password};
	const struct sasl_terms terms = {.who = &who, .service = "imap", .host = "h"};
	struct sasl s;
	struct err err = {0};
	int status;
	pid_t child = fork();

	if (!child) {
		few_files = true;
		bool refused =
			sasl_begin(&s, mechanism_find(span_of("CRAM-MD5")), &terms, &err) == -1;
		bool told = err.kind == ERR_LOCAL && strstr(err.text, "Too many open files");
		_exit(refused && told && !*err.hint ? 0 : 1);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
}
END_TEST

UNIT_MAIN("sasl_library", test_sasl_begin__without_descriptors,
	  test_sasl_begin__without_the_library_is_a_local_matter)

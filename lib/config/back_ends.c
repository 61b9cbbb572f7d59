/* back_ends.c - the servers behind a front end, as the options name them */
#include "config/back_ends.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "config/accounts.h"
#include "config/mailbox_settings.h"

enum { FILTER_MAX = 4096 };

static const char all[] = "all", home[] = "home";

bool back_ends_are_known(const struct mailbox_settings *m)
{
	const char *source = m->common.discovery.source;

	return source && !strncmp(source, "ldap", strlen("ldap"));
}

/* What has no port is known to the directory only, which knows the port. */
static bool is_identity(const char *text)
{
	struct endpoint e;
	struct err err = {0};

	return endpoint_parse(text, &e, &err) || !e.port;
}

/* The last good result has a file of its own: that of the front ends is --discover-cache. */
static int discover(struct mailbox_settings *m, const char *identity, struct err *err)
{
	struct settings *s = &m->common;
	const char *kept = s->discovery.cache, *file = NULL;
	char *cache = kept ? xasprintf("%s.%s", kept, identity) : NULL;
	char *which = xasprintf("--identity=%s", identity);
	const char *const more[] = {"--view=back-end", strcmp(identity, all) ? which : NULL, NULL};

	for (char *c = cache ? cache + strlen(kept) : NULL; c && *c; c++)
		if (*c == '/')
			*c = '_';
	s->discovery.cache = cache;
	int rc = settings_discover(s, "endpoints", more, &file, err);
	if (rc == 0)
		rc = endpoint_list_read(&m->behind, file, &s->limit, err);
	s->discovery.cache = kept;
	free(which);
	free(cache);
	return rc ? err_prefix(err, "--back-end=%s: ", identity) : 0;
}

/* The command line may say again what ini files have said. */
static void drop_again(struct mailbox_settings *m, size_t of_files)
{
	for (size_t i = 0; i < m->behind.count; i++)
		endpoint_complete(&m->behind.item[i], TLS_MODE_DEFAULT, 0, m->common.ports);
	endpoint_list_drop_again(&m->behind, of_files, m->behind.count - of_files);
}

/* ---- the server that holds the mailbox ---- */

/* RFC 4515 section 3; whatever may mean something to anybody is escaped. */
static char *mailbox_filter(const char *user)
{
	struct buf value = BUF_INIT(FILTER_MAX);

	for (; *user; user++)
		if (isalnum((unsigned char)*user))
			buf_append_char(&value, *user);
		else
			buf_printf(&value, "\\%02x", (unsigned int)(unsigned char)*user);
	const char *v = buf_str(&value);
	char *filter = xasprintf("--mailbox-filter=(|(userPrincipalName=%s)(sAMAccountName=%s)"
				 "(mail=%s)(proxyAddresses=smtp:%s))",
				 v, v, v, v);
	buf_free(&value);
	return filter;
}

static int take_home(struct mailbox_settings *m, const char *file, struct err *err)
{
	struct accounts found = {0};
	int rc = accounts_read(&found, file, &m->common.limit, err);

	if (rc == 0 && (found.count != 1 || !found.item[0].behind.count))
		rc = err_set(err, ERR_USAGE, "no server is known to hold the mailbox of %s",
			     m->common.username);
	if (rc == 0) {
		m->behind = found.item[0].behind;
		found.item[0].behind = (struct endpoint_list){0};
	}
	accounts_free(&found);
	return rc;
}

static int discover_home(struct mailbox_settings *m, struct err *err)
{
	struct settings *s = &m->common;
	const char *kept = s->discovery.cache, *file = NULL;

	if (m->accounts_file || !s->username || m->behind.count)
		return err_set(err, ERR_USAGE,
			       "--back-end=home is that of -U USER, and of no other back end");
	char *filter = mailbox_filter(s->username);
	char *cache = kept ? xasprintf("%s.%s", kept, home) : NULL;
	const char *const more[] = {"--back-ends", filter, NULL};
	s->discovery.cache = cache;
	int rc = settings_discover(s, "accounts", more, &file, err);
	if (rc == 0)
		rc = take_home(m, file, err);
	s->discovery.cache = kept;
	free(filter);
	free(cache);
	return rc ? err_prefix(err, "--back-end=home: ") : 0;
}

/* Of mailboxes that are found their back ends are, too. */
static int find_home(struct mailbox_settings *m, struct err *err)
{
	m->homes = m->discovered;
	return m->homes ? 0 : discover_home(m, err);
}

/* ---- all ---- */

/* Where a directory can tell, it need not be named. */
static bool wants_home(const struct mailbox_settings *m)
{
	return m->probe == PROBE_DEEP && !m->back_ends.count && !m->accounts_file &&
	       back_ends_are_known(m);
}

static int list_one(struct mailbox_settings *m, const char *text, struct err *err)
{
	bool is_all = !strcmp(text, all), is_home = !strcmp(text, home);

	if (!back_ends_are_known(m)) {
		if (is_all || is_home)
			return err_set(err, ERR_USAGE,
				       "--back-end=%s: give --discover=ldap, which knows it", text);
	} else if (is_home || (is_all && m->discovered)) { /* each mailbox is on one of all */
		return find_home(m, err);
	} else if (is_identity(text)) {
		return discover(m, text, err);
	}
	return endpoint_list_add(&m->behind, text, err) ? err_prefix(err, "--back-end: ") : 0;
}

int back_ends_list(struct mailbox_settings *m, struct err *err)
{
	size_t of_files = 0;

	if (wants_home(m))
		return find_home(m, err);
	for (size_t i = 0; i < m->back_ends.count; i++) {
		if (i == m->back_ends.from_files)
			of_files = m->behind.count;
		if (list_one(m, m->back_ends.item[i], err))
			return -1;
	}
	if (m->back_ends.from_files < m->back_ends.count)
		drop_again(m, of_files);
	return 0;
}

/* --certificate-name, --certificate-file and --sni speak of the host under test. */
void back_ends_finish(struct mailbox_settings *m)
{
	m->back_end_tls = m->common.tls;
	m->back_end_tls.certificate_name = m->back_end_tls.sni = NULL;
	m->back_end_tls.renewed = NULL;
}

/* back_ends.c - the servers behind a front end, as the options name them */
#include "config/back_ends.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "config/mailbox_settings.h"

static const char all[] = "all";

static bool asks_directory(const struct settings *s)
{
	return s->discovery.source && !strncmp(s->discovery.source, "ldap", strlen("ldap"));
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

int back_ends_list(struct mailbox_settings *m, struct err *err)
{
	size_t of_files = 0;

	for (size_t i = 0; i < m->back_ends.count; i++) {
		const char *text = m->back_ends.item[i];

		if (i == m->back_ends.from_files)
			of_files = m->behind.count;
		if (asks_directory(&m->common) && is_identity(text)) {
			if (discover(m, text, err))
				return -1;
		} else if (!strcmp(text, all)) {
			return err_set(err, ERR_USAGE,
				       "--back-end=all: give --discover=ldap, which knows them");
		} else if (endpoint_list_add(&m->behind, text, err)) {
			return err_prefix(err, "--back-end: ");
		}
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

/* source_local.c - whichever mail servers are on this host */
#include <stdlib.h>
#include <unistd.h>

#include "discover/local.h"
#include "discover/sources.h"

static const struct {
	const char *program; /* to be asked, or NULL */
	const char *file;    /* to be read, or NULL */
	source_fn *look;
} servers[] = {
	{"postconf", NULL, source_postfix}, {"exim4", NULL, source_exim},
	{"exim", NULL, source_exim},        {NULL, "/etc/smtpd.conf", source_opensmtpd},
	{"doveconf", NULL, source_dovecot}, {NULL, "/etc/cyrus.conf", source_cyrus},
};

enum { SERVERS = sizeof(servers) / sizeof(servers[0]) };

static bool is_here(size_t i)
{
	if (servers[i].file)
		return access(servers[i].file, F_OK) == 0;
	char *path = local_find_program(servers[i].program);
	free(path);
	return path != NULL;
}

int source_local(const struct discover_settings *s, struct found *found, struct timeline *tl,
		 struct err *err)
{
	source_fn *before = NULL;

	for (size_t i = 0; i < SERVERS; i++) {
		if (servers[i].look == before || !is_here(i))
			continue;
		before = servers[i].look;
		if (before(s, found, tl, err))
			return -1;
	}
	if (before)
		return 0;
	err_set(err, ERR_USAGE, "no Postfix, Exim, OpenSMTPD, Dovecot or Cyrus on this host");
	err_hint(err, "name a server, or another source");
	return -1;
}

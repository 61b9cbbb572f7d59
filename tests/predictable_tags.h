/* predictable_tags.h - GnuTLS's random numbers are all 0 (linked in front of the real ones), and so
 * are those of which IMAP's tags are made: "m00000000" and the number of the command */
#ifndef MAILFLOW_TEST_PREDICTABLE_TAGS_H
#define MAILFLOW_TEST_PREDICTABLE_TAGS_H

#include <string.h>

#include <gnutls/crypto.h>

int __wrap_gnutls_rnd(gnutls_rnd_level_t level, void *bytes, size_t len);

int __wrap_gnutls_rnd(gnutls_rnd_level_t level, void *bytes, size_t len)
{
	(void)level;
	memset(bytes, 0, len);
	return 0;
}

#endif

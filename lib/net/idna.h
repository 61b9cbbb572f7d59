/* idna.h - host names beyond ASCII, as DNS has them (RFC 5891) */
#ifndef MAILFLOW_IDNA_H
#define MAILFLOW_IDNA_H

#include "net/endpoint.h"

/* host with each label beyond ASCII in Punycode, the others as they are. Returns 0, or -1 if there
 * can be no such name: a label that is not UTF-8, has a character that no name has, or is too long.
 */
int idna_ascii(const char *host, char ascii[ENDPOINT_HOST_SIZE]);

#endif

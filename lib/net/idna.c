/* idna.c - label by label, for GnuTLS leaves out the "_" of "_imaps._tcp.münchen.example" */
#include "net/idna.h"

#include <stdio.h>
#include <string.h>

#include <gnutls/gnutls.h>

#include "base/text.h"

static int add(const char *label, const char *dot, char ascii[ENDPOINT_HOST_SIZE])
{
	size_t used = strlen(ascii), room = ENDPOINT_HOST_SIZE - used;

	return (size_t)snprintf(ascii + used, room, "%s%s", label, dot) < room ? 0 : -1;
}

static int add_mapped(const char *label, const char *dot, char ascii[ENDPOINT_HOST_SIZE])
{
	gnutls_datum_t mapped = {0};

	if (text_is_ascii(label))
		return add(label, dot, ascii);
	if (gnutls_idna_map(label, (unsigned int)strlen(label), &mapped, 0) < 0)
		return -1;
	int rc = add((const char *)mapped.data, dot, ascii);
	gnutls_free(mapped.data);
	return rc;
}

int idna_ascii(const char *host, char ascii[ENDPOINT_HOST_SIZE])
{
	ascii[0] = '\0';
	while (*host) {
		char label[ENDPOINT_HOST_SIZE];
		size_t len = strcspn(host, ".");
		bool last = !host[len];
		if (len >= sizeof(label))
			return -1;
		snprintf(label, sizeof(label), "%.*s", (int)len, host);
		if (add_mapped(label, last ? "" : ".", ascii))
			return -1;
		host += len + !last;
	}
	return 0;
}

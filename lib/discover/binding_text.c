/* binding_text.c - ADDRESS:PORT as it is written elsewhere */
#include "discover/binding_text.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum { SHOWN_MAX = 60 };

int binding_text_parse(const char *text, struct endpoint *b, struct err *err)
{
	const char *colon = strrchr(text, ':');
	size_t len = colon ? (size_t)(colon - text) : 0;
	uint64_t port = 0;

	*b = (struct endpoint){.mode = TLS_MODE_DEFAULT};
	if (!colon || text_parse_uint(colon + 1, strlen(colon + 1), UINT16_MAX, &port) || !port)
		return err_set(err, ERR_USAGE,
			       "binding \"%.*s\" has no port from 1 to 65535, such as 0.0.0.0:25",
			       SHOWN_MAX, text);
	if (len > 1 && text[0] == '[' && text[len - 1] == ']') {
		text++;
		len -= 2;
	}
	snprintf(b->host, sizeof(b->host), "%.*s", (int)len, text);
	b->port = (uint16_t)port;
	if (endpoint_host_is_address(b->host))
		return 0;
	return err_set(err, ERR_USAGE,
		       "binding \"%.*s:%u\" is to begin with an address, such as 0.0.0.0:25",
		       SHOWN_MAX, b->host, (unsigned int)b->port);
}

bool binding_text_is_any(const struct endpoint *b)
{
	return !strcmp(b->host, "0.0.0.0") || !strcmp(b->host, "::");
}

/* source_autoconfig.c - what a domain publishes for mail clients, or a file of that kind */
#include <string.h>

#include "base/file.h"
#include "discover/autoconfig.h"
#include "discover/autoconfig_fetch.h"
#include "discover/sources.h"

enum { FILE_MAX = 1 << 20 };

static int read_file(const struct discover_settings *s, struct found *found, struct err *err)
{
	struct buf text;

	int rc = file_read_all(&text, FILE_MAX, 0, "", s->operand, &s->common.limit, err);
	if (rc == 0 && autoconfig_parse(buf_str(&text), text.len, NULL, found, err))
		rc = err_prefix(err, "%s: ", s->operand);
	buf_free(&text);
	return rc;
}

int source_autoconfig(const struct discover_settings *s, struct found *found, struct timeline *tl,
		      struct err *err)
{
	timeline_leg(tl, "http_", 0);
	const struct http_request how = {.ca_file = s->common.ca_file, .until_us = tl->deadline_us};

	if (strstr(s->operand, "://"))
		return autoconfig_fetch_url(s->operand, NULL, how, found, err) ? -1 : 0;
	bool is_file = strchr(s->operand, '/') || !strchr(s->operand, '.') ||
		       file_exists(s->operand, &s->common.limit, err) > 0;
	if (err->kind)
		return -1;
	if (is_file)
		return read_file(s, found, err);
	return autoconfig_fetch(s->operand, how, found, err) ? -1 : 0;
}

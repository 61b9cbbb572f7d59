/* local_cyrus.c - the listeners of Cyrus IMAP: SERVICES of cyrus.conf, and whether imapd.conf has a
 * certificate */
#include <stdlib.h>
#include <string.h>

#include "base/span.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "discover/local_parse.h"
#include "discover/sources.h"

static const struct {
	const char *program;
	enum found_service service;
	bool lmtp;
} programs[] = {
	{"imapd", FOUND_IMAP, false},
	{"pop3d", FOUND_POP, false},
	{"lmtpd", FOUND_SMTP, true},
};

enum { PROGRAMS = sizeof(programs) / sizeof(programs[0]) };

/* A NUL, which may be in any file, is no end of anything. */
static bool is_one_of(const char *set, char c)
{
	return c && strchr(set, c);
}

/* The value of NAME="VALUE" or NAME=VALUE in a line; empty if there is none. */
static struct span argument(struct span line, const char *name)
{
	while ((line = span_trim(line)).len) {
		size_t len = 0;
		while (len < line.len && !is_one_of("= \t", line.at[len]))
			len++;
		struct span key = {line.at, len};
		span_skip(&line, len);
		if (!line.len || *line.at != '=')
			continue;
		span_skip(&line, 1);
		bool quoted = line.len && *line.at == '"';
		span_skip(&line, quoted);
		for (len = 0; len < line.len; len++)
			if (is_one_of(quoted ? "\"" : " \t", line.at[len]))
				break;
		struct span value = {line.at, len};
		span_skip(&line, len < line.len ? len + 1 : len);
		if (span_is(key, name))
			return value;
	}
	return (struct span){"", 0};
}

/* "imap", "127.0.0.1:143", "[::1]:imap", or the path of a local socket */
static void add(struct local *l, const struct local_listener *like, struct span listen)
{
	char *text = xstrndup(listen.at, listen.len), *colon = strrchr(text, ':');

	if (colon)
		*colon = '\0';
	if (*text && *text != '/')
		local_add(l, like, colon ? text : "", colon ? colon + 1 : text);
	free(text);
}

static void take_service(struct local *l, struct span line, bool has_tls)
{
	struct span command = argument(line, "cmd"), program = span_next_word(&command);
	const char *slash = memrchr(program.at, '/', program.len);
	size_t i = 0;

	if (slash)
		span_skip(&program, (size_t)(slash + 1 - program.at));
	while (i < PROGRAMS && !span_is(program, programs[i].program))
		i++;
	if (i == PROGRAMS)
		return;
	struct local_listener like = {.service = programs[i].service, .lmtp = programs[i].lmtp};
	like.mode = span_has_word(command, "-s") ? TLS_MODE_IMPLICIT
		    : has_tls                    ? TLS_MODE_STARTTLS
						 : TLS_MODE_PLAINTEXT;
	add(l, &like, argument(line, "listen"));
}

/* Comments begin with '#'. */
static void take_services(struct local *l, struct span rest, bool has_tls)
{
	struct span line;
	bool in_services = false;

	while (span_next(&rest, '\n', &line)) {
		line = span_trim(span_cut(&line, '#'));
		if (span_starts(line, "SERVICES"))
			in_services = true;
		else if (span_is(line, "}"))
			in_services = false;
		else if (in_services && line.len)
			take_service(l, line, has_tls);
	}
}

/* "tls_server_cert: FILE" in imapd.conf, which others may not be allowed to read */
static bool has_certificate(struct span rest)
{
	struct span line;

	while (span_next(&rest, '\n', &line)) {
		struct span name = span_trim(span_cut(&line, ':'));
		if (span_is(name, "tls_server_cert") && !span_is(span_trim(line), "disabled"))
			return true;
	}
	return false;
}

void local_parse_cyrus(struct local *l, struct span services, struct span options)
{
	take_services(l, services, has_certificate(options));
}

int source_cyrus(const struct discover_settings *s, struct found *found, struct timeline *tl,
		 struct err *err)
{
	static const char *const units[] = {"cyrus-imapd.service", NULL};
	const char *directory = s->config_dir ? s->config_dir : "/etc";
	struct local local = {.settings = s,
			      .found = found,
			      .err = err,
			      .program = "cyrus",
			      .until_us = tl->deadline_us};
	char *services = xasprintf("%s/cyrus.conf", directory);
	char *options = xasprintf("%s/imapd.conf", directory);
	struct buf text = {0}, more = {0};

	int rc = local_read(&local, services, &text) || local_read(&local, options, &more);
	if (rc == 0)
		local_parse_cyrus(&local, (struct span){buf_str(&text), text.len},
				  (struct span){buf_str(&more), more.len});
	if (rc == 0 && !local.listeners)
		rc = err_set(err, ERR_USAGE, "%s has no imapd, pop3d or lmtpd that listens",
			     services);
	if (rc == 0)
		rc = local_finish(&local, units);
	local_free(&local);
	buf_free(&text);
	buf_free(&more);
	free(services);
	free(options);
	return rc ? -1 : 0;
}

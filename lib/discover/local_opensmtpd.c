/* local_opensmtpd.c - the listeners of OpenSMTPD: "listen on" in smtpd.conf(5) */
#include <ifaddrs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/span.h"
#include "base/xalloc.h"
#include "discover/local_parse.h"
#include "discover/sources.h"
#include "net/resolve.h"

/* The addresses of an interface; false if there is none of that name. */
static bool add_interface(struct local *l, const struct local_listener *like, const char *name,
			  const char *port)
{
	char text[ADDRESS_TEXT_SIZE];
	struct ifaddrs *list;
	bool there = false;

	if (getifaddrs(&list))
		return false;
	for (const struct ifaddrs *i = list; i; i = i->ifa_next) {
		if (strcmp(i->ifa_name, name) != 0)
			continue;
		there = true;
		int family = i->ifa_addr ? i->ifa_addr->sa_family : AF_UNSPEC;
		if (family != AF_INET && family != AF_INET6)
			continue;
		address_host_text(i->ifa_addr,
				  family == AF_INET ? sizeof(struct sockaddr_in)
						    : sizeof(struct sockaddr_in6),
				  text);
		local_add(l, like, text, port);
	}
	freeifaddrs(list);
	return there;
}

static struct span unquoted(struct span word)
{
	bool quoted = word.len >= 2 && (word.at[0] == '"' || word.at[0] == '\'') &&
		      word.at[word.len - 1] == word.at[0];

	return quoted ? (struct span){word.at + 1, word.len - 2} : word;
}

/* The word behind this one; empty if it is not in the line. */
static struct span behind(struct span line, const char *word)
{
	for (struct span next; (next = span_next_word(&line)).len;)
		if (span_is(next, word))
			return unquoted(span_next_word(&line));
	return (struct span){"", 0};
}

static void add(struct local *l, const char *where, enum tls_mode mode, const char *port)
{
	const struct local_listener like = {.service = FOUND_SMTP, .mode = mode};

	if (!add_interface(l, &like, where, port))
		local_add(l, &like, where, port);
}

/* "listen on INTERFACE [port N] [tls|tls-require|smtps] [hostname NAME] ..."; without a port 25,
 * and 465 for smtps */
static void take_listener(struct local *l, struct span line)
{
	struct span where = behind(line, "on"), port = behind(line, "port");
	struct span name = behind(line, "hostname");
	bool smtps = span_has_word(line, "smtps");
	bool tls = span_has_word(line, "tls") || span_has_word(line, "tls-require");
	char *interface = xstrndup(where.at, where.len), *given = xstrndup(port.at, port.len);

	if (name.len && !l->name)
		l->name = xstrndup(name.at, name.len);
	if (smtps)
		add(l, interface, TLS_MODE_IMPLICIT, *given ? given : "465");
	if (tls || !smtps)
		add(l, interface, tls ? TLS_MODE_STARTTLS : TLS_MODE_PLAINTEXT,
		    *given ? given : "25");
	free(interface);
	free(given);
}

/* A line that ends in a backslash goes on; macros are not known here. */
void local_parse_opensmtpd(struct local *l, char *text)
{
	for (char *c = text; (c = strstr(c, "\\\n")) != NULL;)
		c[0] = c[1] = ' ';
	struct span rest = span_of(text), line;
	while (span_next(&rest, '\n', &line)) {
		line = span_trim(span_cut(&line, '#'));
		struct span words = line, where = behind(line, "on");
		if (span_is(span_next_word(&words), "listen") && where.len &&
		    !span_is(where, "socket"))
			take_listener(l, line);
	}
}

int source_opensmtpd(const struct discover_settings *s, struct found *found, struct timeline *tl,
		     struct err *err)
{
	static const char *const units[] = {"opensmtpd.service", NULL};
	char *path = xasprintf("%s/smtpd.conf", s->config_dir ? s->config_dir : "/etc");
	struct local local = {.settings = s,
			      .found = found,
			      .err = err,
			      .program = "opensmtpd",
			      .until_us = tl->deadline_us};
	struct buf text = {0};

	int rc = local_read(&local, path, &text);
	if (rc == 0 && text.len)
		local_parse_opensmtpd(&local, text.data);
	if (rc == 0 && !local.listeners)
		rc = err_set(err, ERR_USAGE, "%s has no \"listen on\"", path);
	if (rc == 0)
		rc = local_finish(&local, units);
	local_free(&local);
	buf_free(&text);
	free(path);
	return rc;
}

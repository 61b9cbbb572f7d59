/* local_postfix.c - Postfix's listeners, as postconf tells them: master.cf with the overrides of
 * each service, and main.cf */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/span.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "discover/local_parse.h"
#include "discover/sources.h"

/* What main.cf says, and "-P": SERVICE/inet/NAME = VALUE. */
struct postfix {
	struct local *local;
	struct span main, overrides;
};

static int ask(struct local *l, char *flag, char *const *names, struct buf *out_r)
{
	enum { WORDS_MAX = 16 };
	char *argv[WORDS_MAX] = {(char *)(uintptr_t) "postconf"};
	const char *directory = l->settings->config_dir;
	size_t count = 1;

	if (directory) {
		argv[count++] = (char *)(uintptr_t) "-c";
		argv[count++] = (char *)(uintptr_t)directory;
	}
	argv[count++] = flag;
	while (*names)
		argv[count++] = *names++;
	return local_ask(l, argv, out_r);
}

/* The value behind "NAME = " in lines of that form; empty if there is none. */
static struct span find(struct span rest, const char *name)
{
	struct span line;

	while (span_next(&rest, '\n', &line)) {
		struct span key = span_cut(&line, '=');
		if (span_is(span_trim(key), name))
			return span_trim(line);
	}
	return (struct span){"", 0};
}

/* A parameter as it holds for that service. */
static struct span parameter(const struct postfix *p, struct span service, const char *name)
{
	char *key = xasprintf("%.*s/inet/%s", (int)service.len, service.at, name);
	struct span value = find(p->overrides, key);

	free(key);
	return value.len ? value : find(p->main, name);
}

static enum tls_mode mode_of(const struct postfix *p, struct span service)
{
	struct span level = parameter(p, service, "smtpd_tls_security_level");

	if (span_is(parameter(p, service, "smtpd_tls_wrappermode"), "yes"))
		return TLS_MODE_IMPLICIT;
	if (level.len)
		return span_is(level, "none") ? TLS_MODE_PLAINTEXT : TLS_MODE_STARTTLS;
	return span_is(parameter(p, service, "smtpd_use_tls"), "yes") ? TLS_MODE_STARTTLS
								      : TLS_MODE_PLAINTEXT;
}

/* inet_interfaces: all, loopback-only, or a list. */
static void add_interfaces(struct postfix *p, const struct local_listener *like,
			   struct span service, const char *port)
{
	struct span list = parameter(p, service, "inet_interfaces"), word;
	struct span protocols = parameter(p, service, "inet_protocols");
	bool all = span_is(list, "all"), loopback = span_is(list, "loopback-only");
	bool both = span_contains(protocols, "all") || !protocols.len;

	if ((all || loopback) && (both || span_contains(protocols, "ipv4")))
		local_add(p->local, like, all ? "0.0.0.0" : "127.0.0.1", port);
	if ((all || loopback) && (both || span_contains(protocols, "ipv6")))
		local_add(p->local, like, all ? "::" : "::1", port);
	while (!all && !loopback && list.len) {
		list = span_trim(list);
		size_t len = 0;
		while (len < list.len && !strchr(", \t", list.at[len]))
			len++;
		word = (struct span){list.at, len};
		span_skip(&list, len < list.len ? len + 1 : len);
		char *host = xstrndup(word.at, word.len);
		if (word.len)
			local_add(p->local, like, host, port);
		free(host);
	}
}

/* "SERVICE inet private unpriv chroot wakeup maxproc COMMAND ..."; SERVICE is PORT or HOST:PORT. */
static void take_service(struct postfix *p, struct span line)
{
	enum { BEHIND_TYPE = 5 };
	struct span service = span_next_word(&line);
	bool is_inet = span_is(span_next_word(&line), "inet");
	uint64_t size;

	for (int i = 0; i < BEHIND_TYPE; i++)
		span_next_word(&line);
	struct span command = span_next_word(&line);
	if (!is_inet || !(span_is(command, "smtpd") || span_is(command, "postscreen")))
		return;
	struct local_listener like = {.service = FOUND_SMTP, .mode = mode_of(p, service)};
	if (span_parse_uint(parameter(p, service, "message_size_limit"), UINT64_MAX, &size) == 0)
		like.max_size = size;
	char *text = xstrndup(service.at, service.len), *colon = strrchr(text, ':');
	if (colon) {
		*colon = '\0';
		local_add(p->local, &like, text, colon + 1);
	} else {
		add_interfaces(p, &like, service, text);
	}
	free(text);
}

void local_parse_postfix(struct local *l, struct span services, struct span overrides,
			 struct span main)
{
	struct postfix p = {.local = l, .main = main, .overrides = overrides};
	struct span name = find(main, "myhostname"), line;

	while (span_next(&services, '\n', &line))
		take_service(&p, line);
	l->name = name.len ? xstrndup(name.at, name.len) : NULL;
}

static struct span text_of(const struct buf *b)
{
	return (struct span){buf_str(b), b->len};
}

static int read_all(struct local *l)
{
	static char names[][32] = {
		"inet_interfaces",    "inet_protocols",           "myhostname",
		"message_size_limit", "smtpd_tls_security_level", "smtpd_tls_wrappermode",
		"smtpd_use_tls"};
	char *const none[] = {NULL}, *const main_cf[] = {names[0], names[1], names[2], names[3],
							 names[4], names[5], names[6], NULL};
	char expand[] = "-x", services[] = "-M", overrides[] = "-P";
	struct buf main = {0}, master = {0}, own = {0};

	int rc = ask(l, expand, main_cf, &main) || ask(l, overrides, none, &own) ||
		 ask(l, services, none, &master);
	if (rc == 0)
		local_parse_postfix(l, text_of(&master), text_of(&own), text_of(&main));
	buf_free(&main);
	buf_free(&master);
	buf_free(&own);
	return rc ? -1 : 0;
}

int source_postfix(const struct discover_settings *s, struct found *found, struct timeline *tl,
		   struct err *err)
{
	static const char *const units[] = {"postfix@-.service", "postfix.service", NULL};
	struct local local = {.settings = s,
			      .found = found,
			      .err = err,
			      .program = "postfix",
			      .until_us = tl->deadline_us};

	int rc = read_all(&local);
	if (rc == 0 && !local.listeners)
		rc = err_set(err, ERR_USAGE, "postfix listens nowhere: master.cf has no smtpd");
	if (rc == 0)
		rc = local_finish(&local, units);
	local_free(&local);
	return rc;
}

/* local_dovecot.c - Dovecot's listeners, as doveconf tells them, and its users */
#include <stdlib.h>
#include <string.h>

#include "base/span.h"
#include "base/xalloc.h"
#include "discover/local_parse.h"
#include "discover/sources.h"

static const struct {
	const char *service, *protocol;
	enum found_service kind;
	bool lmtp;
} services[] = {
	{"imap-login", "imap", FOUND_IMAP, false},
	{"pop3-login", "pop3", FOUND_POP, false},
	{"submission-login", "submission", FOUND_SMTP, false},
	{"lmtp", "lmtp", FOUND_SMTP, true},
};

enum { SERVICES = sizeof(services) / sizeof(services[0]), NO_SERVICE = SERVICES };

/* Where the reader of "doveconf -a" is: in which service, and what its inet_listener says. */
struct dovecot {
	struct local *local;
	char *protocols, *listen, *ssl;
	size_t depth, service;
	bool in_listener, implicit;
	char *address, *port;
};

static bool has_word(const char *list, const char *word)
{
	return span_has_word(span_of(list ? list : ""), word);
}

/* Addresses are parted by commas and blanks; "*" is all of IPv4. */
static void add_listener(struct dovecot *d)
{
	const char *list = d->address && *d->address ? d->address : d->listen;
	struct local_listener like = {.service = services[d->service].kind,
				      .lmtp = services[d->service].lmtp};

	like.mode = d->implicit                       ? TLS_MODE_IMPLICIT
		    : d->ssl && !strcmp(d->ssl, "no") ? TLS_MODE_PLAINTEXT
						      : TLS_MODE_STARTTLS;
	if (!d->port || !strcmp(d->port, "0") ||
	    !has_word(d->protocols, services[d->service].protocol))
		return;
	for (list = list ? list : "*"; *list;) {
		size_t len = strcspn(list, ", \t");
		char *host = xstrndup(list, len);
		if (len)
			local_add(d->local, &like, host, d->port);
		free(host);
		list += len;
		list += strspn(list, ", \t");
	}
}

static void end_listener(struct dovecot *d)
{
	add_listener(d);
	free(d->address);
	free(d->port);
	d->address = d->port = NULL;
	d->in_listener = d->implicit = false;
}

static void begin_block(struct dovecot *d, struct span line)
{
	struct span kind = span_next_word(&line), name = span_next_word(&line);

	d->depth++;
	if (d->depth == 1 && span_is(kind, "service"))
		for (d->service = 0; d->service < SERVICES; d->service++)
			if (span_is(name, services[d->service].service))
				break;
	d->in_listener = d->depth == 2 && d->service < SERVICES && span_is(kind, "inet_listener");
}

static void end_block(struct dovecot *d)
{
	if (d->in_listener && d->depth == 2)
		end_listener(d);
	if (d->depth == 1)
		d->service = NO_SERVICE;
	d->depth -= d->depth > 0;
}

static void set(char **text, struct span value)
{
	free(*text);
	*text = xstrndup(value.at, value.len);
}

static void take_setting(struct dovecot *d, struct span name, struct span value)
{
	if (!d->depth && span_is(name, "protocols"))
		set(&d->protocols, value);
	else if (!d->depth && span_is(name, "listen"))
		set(&d->listen, value);
	else if (!d->depth && span_is(name, "ssl"))
		set(&d->ssl, value);
	else if (!d->depth && span_is(name, "hostname") && value.len)
		set(&d->local->name, value);
	else if (d->in_listener && span_is(name, "address"))
		set(&d->address, value);
	else if (d->in_listener && span_is(name, "port"))
		set(&d->port, value);
	else if (d->in_listener && span_is(name, "ssl"))
		d->implicit = span_is(value, "yes");
}

static void take_line(struct dovecot *d, struct span line, bool blocks)
{
	line = span_trim(line);
	if (line.len && line.at[line.len - 1] == '{') {
		begin_block(d, line);
	} else if (span_is(line, "}")) {
		end_block(d);
	} else if (blocks || !d->depth) {
		struct span name = span_trim(span_cut(&line, '='));
		take_setting(d, name, span_trim(line));
	}
}

/* Global settings may stand behind the services: they are read first. */
static void take_all(struct dovecot *d, struct span text)
{
	for (int pass = 0; pass < 2; pass++) {
		struct span rest = text, line;
		d->depth = 0;
		d->service = NO_SERVICE;
		while (span_next(&rest, '\n', &line)) {
			if (pass == 0 && d->in_listener)
				d->in_listener = false;
			take_line(d, line, pass == 1);
		}
	}
}

void local_parse_dovecot(struct local *l, struct span text)
{
	struct dovecot d = {.local = l};

	take_all(&d, text);
	free(d.protocols);
	free(d.listen);
	free(d.ssl);
	free(d.address);
	free(d.port);
}

static int ask(struct local *l, char **words, struct buf *out_r)
{
	enum { WORDS_MAX = 8 };
	char *argv[WORDS_MAX] = {words[0]}, *file = NULL;
	size_t count = 1;

	if (l->settings->config_dir) {
		file = xasprintf("%s/dovecot.conf", l->settings->config_dir);
		argv[count++] = (char *)(uintptr_t) "-c";
		argv[count++] = file;
	}
	while (*++words)
		argv[count++] = *words;
	int rc = local_ask(l, argv, out_r);
	free(file);
	return rc;
}

static int read_users(struct local *l)
{
	char doveadm[] = "doveadm", user[] = "user", all[] = "*";
	char *argv[] = {doveadm, user, all, NULL};
	struct buf out;

	int rc = ask(l, argv, &out);
	struct span rest = {buf_str(&out), out.len}, line;
	while (rc == 0 && span_next(&rest, '\n', &line)) {
		if (!line.len)
			continue;
		const struct found_account a = {.name = xstrndup(line.at, line.len),
						.username = xstrndup(line.at, line.len)};
		found_add_account(l->found, &a);
	}
	buf_free(&out);
	return rc;
}

static int read_listeners(struct local *l)
{
	char doveconf[] = "doveconf", all[] = "-a";
	char *argv[] = {doveconf, all, NULL};
	struct buf out;

	int rc = ask(l, argv, &out);
	if (rc == 0)
		local_parse_dovecot(l, (struct span){buf_str(&out), out.len});
	buf_free(&out);
	return rc;
}

int source_dovecot(const struct discover_settings *s, struct found *found, struct timeline *tl,
		   struct err *err)
{
	static const char *const units[] = {"dovecot.service", NULL};
	struct local local = {.settings = s,
			      .found = found,
			      .err = err,
			      .program = "dovecot",
			      .until_us = tl->deadline_us};

	int rc = read_listeners(&local);
	if (rc == 0 && !local.listeners)
		rc = err_set(err, ERR_USAGE, "dovecot listens nowhere: see its protocols");
	if (rc == 0 && s->mailboxes)
		rc = read_users(&local);
	if (rc == 0)
		rc = local_finish(&local, units);
	local_free(&local);
	return rc;
}

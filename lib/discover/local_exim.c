/* local_exim.c - Exim's listeners, as "exim -bP" tells them */
#include <stdlib.h>
#include <string.h>

#include "base/span.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "discover/local_parse.h"
#include "discover/sources.h"

struct exim {
	struct local *local;
	char *interfaces, *ports, *implicit, *advertise;
	struct local_listener like;
};

/* The next item of a list, whose separator is a colon unless it begins with "<;", and is doubled
 * where it is meant (Exim's specification, chapter 6.21). To be freed; NULL at the end. */
static char *next_item(const char **list, char *separator)
{
	struct buf item = BUF_INIT(1024);

	while (**list == ' ')
		(*list)++;
	if ((*list)[0] == '<' && (*list)[1]) {
		*separator = (*list)[1];
		*list += 2;
		return next_item(list, separator);
	}
	if (!**list)
		return NULL;
	while (**list && (**list != *separator || (*list)[1] == *separator)) {
		*list += **list == *separator;
		buf_append_char(&item, *(*list)++);
	}
	*list += **list == *separator;
	struct span trimmed = span_trim((struct span){buf_str(&item), item.len});
	char *text = xstrndup(trimmed.at, trimmed.len);
	buf_free(&item);
	return text;
}

static bool has_item(const char *list, const char *wanted)
{
	char separator = ':', *item;
	bool has = false;

	while (!has && (item = next_item(&list, &separator)) != NULL) {
		has = !strcmp(item, wanted);
		free(item);
	}
	return has;
}

static void add(struct exim *e, const char *host, const char *port)
{
	struct local_listener like = e->like;

	like.mode = has_item(e->implicit, port) ? TLS_MODE_IMPLICIT
		    : *e->advertise             ? TLS_MODE_STARTTLS
						: TLS_MODE_PLAINTEXT;
	local_add(e->local, &like, host, port);
}

static void add_ports(struct exim *e, const char *host)
{
	const char *list = e->ports;
	char separator = ':', *port;

	while ((port = next_item(&list, &separator)) != NULL) {
		if (*port)
			add(e, host, port);
		free(port);
	}
}

/* An address, "[ADDRESS]:PORT", or "ADDRESS.PORT" with IPv4. */
static void add_interface(struct exim *e, char *text)
{
	char *end = text[0] == '[' ? strchr(text, ']') : NULL;

	if (end && end[1] == ':') {
		*end = '\0';
		add(e, text + 1, end + 2);
		return;
	}
	if (!endpoint_host_is_address(text) && (end = strrchr(text, '.')) != NULL) {
		*end = '\0';
		add(e, text, end + 1);
		return;
	}
	add_ports(e, text);
}

/* "NAME = VALUE" */
static void take_line(struct exim *e, struct span line)
{
	const struct {
		const char *name;
		char **place;
		bool may_be_empty;
	} texts[] = {
		{"local_interfaces", &e->interfaces, false},
		{"daemon_smtp_ports", &e->ports, false},
		{"tls_on_connect_ports", &e->implicit, true},
		{"tls_advertise_hosts", &e->advertise, true},
		{"primary_hostname", &e->local->name, false},
	};
	struct span name = span_trim(span_cut(&line, '=')), value = span_trim(line);

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (!span_is(name, texts[i].name) || !(value.len || texts[i].may_be_empty))
			continue;
		free(*texts[i].place);
		*texts[i].place = xstrndup(value.at, value.len);
	}
}

/* 50M; what is expanded for each message is not known here */
static void take_size(struct exim *e, struct span line)
{
	struct span name = span_trim(span_cut(&line, '=')), value = span_trim(line);
	uint64_t size, unit = 1;

	if (!span_is(name, "message_size_limit") || !value.len)
		return;
	char last = value.at[value.len - 1];
	if (last == 'K' || last == 'M') {
		unit = last == 'K' ? 1024 : 1024 * 1024;
		value.len--;
	}
	if (span_parse_uint(value, UINT32_MAX, &size) == 0)
		e->like.max_size = size * unit;
}

static int ask(struct local *l, struct buf *out_r)
{
	static char words[][32] = {"exim4",
				   "-bP",
				   "local_interfaces",
				   "daemon_smtp_ports",
				   "tls_on_connect_ports",
				   "tls_advertise_hosts",
				   "primary_hostname",
				   "message_size_limit"};
	char *argv[16], *file = NULL, option[] = "-C", exim[] = "exim";
	char *program = local_find_program(words[0]);
	size_t count = 0;

	argv[count++] = program ? words[0] : exim;
	free(program);
	if (l->settings->config_dir) {
		file = xasprintf("%s/exim.conf", l->settings->config_dir);
		argv[count++] = option;
		argv[count++] = file;
	}
	for (size_t i = 1; i < sizeof(words) / sizeof(words[0]); i++)
		argv[count++] = words[i];
	argv[count] = NULL;
	int rc = local_ask(l, argv, out_r);
	free(file);
	return rc;
}

void local_parse_exim(struct local *l, struct span text)
{
	struct exim e = {.local = l,
			 .interfaces = xstrdup("0.0.0.0"),
			 .ports = xstrdup("smtp"),
			 .implicit = xstrdup(""),
			 .advertise = xstrdup("*"),
			 .like = {.service = FOUND_SMTP}};
	char separator = ':', *interface;
	struct span line;

	while (span_next(&text, '\n', &line)) {
		take_line(&e, line);
		take_size(&e, line);
	}
	for (const char *list = e.interfaces; (interface = next_item(&list, &separator)) != NULL;
	     free(interface))
		add_interface(&e, interface);
	free(e.interfaces);
	free(e.ports);
	free(e.implicit);
	free(e.advertise);
}

int source_exim(const struct discover_settings *s, struct found *found, struct timeline *tl,
		struct err *err)
{
	static const char *const units[] = {"exim4.service", "exim.service", NULL};
	struct local local = {.settings = s,
			      .found = found,
			      .err = err,
			      .program = "exim",
			      .until_us = tl->deadline_us};
	struct buf out;

	int rc = ask(&local, &out);
	if (rc == 0) {
		local_parse_exim(&local, (struct span){buf_str(&out), out.len});
		rc = local_finish(&local, units);
	}
	local_free(&local);
	buf_free(&out);
	return rc;
}

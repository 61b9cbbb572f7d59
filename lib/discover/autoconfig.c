/* autoconfig.c - reads it by expat */
#include "discover/autoconfig.h"

#include <expat.h>
#include <stdlib.h>
#include <string.h>

#include "base/span.h"
#include "base/text.h"
#include "base/xalloc.h"

enum { TEXT_MAX = 1024 };

struct reading {
	XML_Parser parser;
	const char *domain;
	struct found *found;
	struct err *err;

	bool is_config; /* the outermost element is <clientConfig> */
	bool in_server;
	struct found_endpoint server;
	bool has_type; /* socketType */
	struct buf text;
};

static int refuse(struct reading *r, const char *what)
{
	err_set(r->err, ERR_PROTOCOL, "line %lu: %s",
		(unsigned long)XML_GetCurrentLineNumber(r->parser), what);
	XML_StopParser(r->parser, XML_FALSE);
	return -1;
}

static const char *attribute(const char **attributes, const char *name)
{
	for (; *attributes; attributes += 2)
		if (!strcmp(attributes[0], name))
			return attributes[1];
	return "";
}

static void begin_server(struct reading *r, const char *type)
{
	static const char *const types[] = {"imap", "pop3", "smtp"};

	if (r->in_server) {
		refuse(r, "a server stands within another one");
		return;
	}
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (strcmp(types[i], type) != 0)
			continue;
		r->in_server = true;
		r->has_type = false;
		r->server = (struct found_endpoint){.service = (enum found_service)i};
	}
}

static void begin(void *ctx, const char *name, const char **attributes)
{
	struct reading *r = ctx;

	buf_clear(&r->text);
	if (!r->is_config && strcmp(name, "clientConfig") != 0)
		refuse(r, "the outermost element is not <clientConfig>");
	r->is_config = true;
	if (!strcmp(name, "incomingServer") || !strcmp(name, "outgoingServer"))
		begin_server(r, attribute(attributes, "type"));
}

/* %EMAILDOMAIN% is that of the user's address. */
static char *fill_host(const struct reading *r, struct span text)
{
	static const char place[] = "%EMAILDOMAIN%";
	char *host = xstrndup(text.at, text.len), *at = strstr(host, place);

	if (!at || !r->domain)
		return host;
	char *filled = xasprintf("%.*s%s%s", (int)(at - host), host, r->domain, at + strlen(place));
	free(host);
	return filled;
}

static void set_socket_type(struct reading *r, struct span text)
{
	r->has_type = true;
	if (span_is(text, "SSL"))
		r->server.mode = TLS_MODE_IMPLICIT;
	else if (span_is(text, "STARTTLS"))
		r->server.mode = TLS_MODE_STARTTLS;
	else if (span_is(text, "plain"))
		r->server.mode = TLS_MODE_PLAINTEXT;
	else
		refuse(r, "socketType is none of SSL, STARTTLS, plain");
}

static void set_port(struct reading *r, struct span text)
{
	uint64_t port;

	if (span_parse_uint(text, UINT16_MAX, &port) || !port)
		refuse(r, "port is not a number from 1 to 65535");
	else
		r->server.port = (uint16_t)port;
}

static void end_server(struct reading *r)
{
	r->in_server = false;
	if (!r->server.host || !r->server.port || !r->has_type)
		refuse(r, "a server lacks hostname, port or socketType");
	else if (!endpoint_is_host(r->server.host))
		refuse(r, "hostname is no name of a host");
	else
		found_add_endpoint(r->found, &r->server);
	if (r->err->kind)
		free(r->server.host);
	r->server.host = NULL;
}

static void end(void *ctx, const char *name)
{
	struct reading *r = ctx;
	struct span text = span_trim((struct span){buf_str(&r->text), r->text.len});

	if (r->in_server && !strcmp(name, "hostname")) {
		free(r->server.host);
		r->server.host = fill_host(r, text);
	} else if (r->in_server && !strcmp(name, "port")) {
		set_port(r, text);
	} else if (r->in_server && !strcmp(name, "socketType")) {
		set_socket_type(r, text);
	} else if (r->in_server &&
		   (!strcmp(name, "incomingServer") || !strcmp(name, "outgoingServer"))) {
		end_server(r);
	}
	buf_clear(&r->text);
}

static void take_text(void *ctx, const char *text, int len)
{
	struct reading *r = ctx;

	buf_append(&r->text, text, (size_t)len); /* what is longer is no name */
}

/* Nothing of it needs one, and entities can make much of little. */
static void refuse_doctype(void *ctx, const char *name, const char *system, const char *public,
			   int has_internal)
{
	(void)name, (void)system, (void)public, (void)has_internal;
	refuse(ctx, "a document type is not allowed");
}

static int parse(struct reading *r, const char *text, size_t len)
{
	XML_SetUserData(r->parser, r);
	XML_SetElementHandler(r->parser, begin, end);
	XML_SetCharacterDataHandler(r->parser, take_text);
	XML_SetStartDoctypeDeclHandler(r->parser, refuse_doctype);
	if (XML_Parse(r->parser, text, (int)len, 1) == XML_STATUS_OK)
		return r->err->kind ? -1 : 0;
	return refuse(r, XML_ErrorString(XML_GetErrorCode(r->parser)));
}

int autoconfig_parse(const char *text, size_t len, const char *domain, struct found *found,
		     struct err *err)
{
	struct reading r = {.parser = XML_ParserCreate("UTF-8"),
			    .domain = domain,
			    .found = found,
			    .err = err,
			    .text = BUF_INIT(TEXT_MAX)};
	size_t before = found->endpoints;

	if (!r.parser)
		return err_set(err, ERR_LOCAL, "no memory to read XML");
	int rc = parse(&r, text, len);
	if (rc == 0 && found->endpoints == before)
		rc = err_set(err, ERR_PROTOCOL, "no server of IMAP, POP3 or SMTP is in it");
	free(r.server.host);
	XML_ParserFree(r.parser);
	buf_free(&r.text);
	return rc;
}

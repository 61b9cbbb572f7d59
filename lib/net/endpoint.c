/* endpoint.c - the notation HOST[:PORT[:TYPE]]: read strictly, completed with well-known ports,
 * shown */
#include "net/endpoint.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

enum { HOST_MAX = 253 }; /* RFC 1035 section 2.3.4, written without the final dot */

static const char form[] = "HOST[:PORT[:TYPE]], TYPE one of SSL, TLS, PLAIN";

/* The zone of a link-local address (RFC 4007 section 11): an interface's name or number. */
static bool is_zone(const char *zone)
{
	return *zone && !zone[strspn(zone, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
					   "0123456789-_.")];
}

static bool is_ipv6(const char *host)
{
	char address[INET6_ADDRSTRLEN];
	struct in6_addr binary;
	size_t len = strcspn(host, "%");

	if (len >= sizeof(address) || (host[len] && !is_zone(host + len + 1)))
		return false;
	memcpy(address, host, len);
	address[len] = '\0';
	return inet_pton(AF_INET6, address, &binary) == 1;
}

static bool is_ipv4(const char *host)
{
	struct in_addr binary;

	return inet_pton(AF_INET, host, &binary) == 1;
}

bool endpoint_host_is_address(const char *host)
{
	return is_ipv4(host) || is_ipv6(host);
}

size_t endpoint_name_len(const char *name, size_t len)
{
	return len > 1 && name[len - 1] == '.' ? len - 1 : len;
}

void endpoint_name(const char *host, char name[ENDPOINT_HOST_SIZE])
{
	snprintf(name, ENDPOINT_HOST_SIZE, "%.*s", (int)endpoint_name_len(host, strlen(host)),
		 host);
}

bool endpoint_same_host(const char *a, size_t len, const char *b)
{
	size_t b_len = endpoint_name_len(b, strlen(b));

	len = endpoint_name_len(a, len);
	return len == b_len && !strncasecmp(a, b, len);
}

static bool is_host_byte(unsigned char c)
{
	return c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

/* getaddrinfo takes 1.2.3 for 1.2.0.3, and 0x7f000001 for 127.0.0.1, where more likely a part of
 * the address is missing. No name ends in a number: there is no such top-level domain (RFC 1123
 * section 2.1). */
static bool ends_in_number(const char *host)
{
	const char *end = host + strlen(host), *label, *digits = "0123456789";

	end -= end[-1] == '.';
	for (label = end; label > host && label[-1] != '.';)
		label--;
	if (end - label > 2 && label[0] == '0' && (label[1] == 'x' || label[1] == 'X')) {
		label += 2;
		digits = "0123456789abcdefABCDEF";
	}
	return label + strspn(label, digits) == end;
}

/* A name to be looked up. One that begins with '-' would be an option gone astray. */
static int check_name(const char *text, const char *host, struct err *err)
{
	size_t len = strlen(host);

	if (!len)
		return err_set(err, ERR_USAGE, "\"%.80s\": the host is missing, expected %s", text,
			       form);
	if (len > HOST_MAX)
		return err_set(err, ERR_USAGE, "\"%.80s...\": host name longer than %d bytes", text,
			       HOST_MAX);
	for (size_t i = 0; i < len; i++)
		if (!is_host_byte((unsigned char)host[i]))
			return err_set(err, ERR_USAGE,
				       "\"%.80s\": a host name cannot contain '%c', expected %s",
				       text, host[i], form);
	if (host[0] == '-' || host[0] == '.' || strstr(host, ".."))
		return err_set(err, ERR_USAGE, "\"%.80s\" is not a host name", text);
	if (ends_in_number(host) && !is_ipv4(host))
		return err_set(err, ERR_USAGE,
			       "\"%.80s\" is neither an IPv4 address nor a host name", text);
	return 0;
}

/* Engines pass macros so that are not set: "mail.example.org::". */
static int parse_port(const char *text, const char *port, size_t len, uint16_t *port_r,
		      struct err *err)
{
	uint64_t value;

	if (!len)
		return 0;
	if (text_parse_uint(port, len, UINT16_MAX, &value) || !value)
		return err_set(err, ERR_USAGE, "\"%.80s\": \"%.*s\" is not a port from 1 to 65535",
			       text, (int)(len < 40 ? len : 40), port);
	*port_r = (uint16_t)value;
	return 0;
}

static int parse_type(const char *text, const char *type, enum tls_mode *mode_r, struct err *err)
{
	size_t len = strlen(type);

	if (!len)
		return 0;
	if (text_equal_nocase(type, len, "PLAIN"))
		*mode_r = TLS_MODE_PLAINTEXT;
	else if (text_equal_nocase(type, len, "SSL"))
		*mode_r = TLS_MODE_IMPLICIT;
	else if (text_equal_nocase(type, len, "TLS"))
		*mode_r = TLS_MODE_STARTTLS;
	else
		return err_set(err, ERR_USAGE,
			       "\"%.80s\": \"%.40s\" is not SSL (TLS from the first byte), TLS "
			       "(STARTTLS) or PLAIN",
			       text, type);
	return 0;
}

/* Split off the host: *rest_r is what follows it, "" or ":PORT...". */
static int split_host(const char *text, char host[ENDPOINT_HOST_SIZE], const char **rest_r,
		      struct err *err)
{
	bool bracketed = text[0] == '[';
	const char *start = text + bracketed;
	size_t len = strcspn(start, bracketed ? "]" : ":");

	if (bracketed && !start[len])
		return err_set(err, ERR_USAGE, "\"%.80s\": the ] is missing", text);
	*rest_r = start + len + bracketed;
	if (bracketed && **rest_r && **rest_r != ':')
		return err_set(err, ERR_USAGE, "\"%.80s\": only :PORT may follow the ]", text);
	if (len >= ENDPOINT_HOST_SIZE)
		return err_set(err, ERR_USAGE, "\"%.80s...\": host name longer than %d bytes", text,
			       HOST_MAX);
	memcpy(host, start, len);
	host[len] = '\0';
	if (!bracketed)
		return check_name(text, host, err);
	if (!is_ipv6(host))
		return err_set(err, ERR_USAGE, "\"%.80s\": \"%.60s\" is not an IPv6 address", text,
			       host);
	return 0;
}

static size_t colons(const char *text)
{
	size_t count = 0;

	for (; *text; text++)
		count += *text == ':';
	return count;
}

/* "::1:143" is an address, and was most likely not meant as one. Other digits at the end are more
 * often those of an address: every seventh of those that machines give themselves ends in some. */
static int check_port_like_end(const char *text, struct err *err)
{
	const char *last = strrchr(text, ':') + 1;
	char rest[ENDPOINT_HOST_SIZE];
	uint64_t port;

	snprintf(rest, sizeof(rest), "%.*s", (int)(last - 1 - text), text);
	if (*last == '0' || text_parse_uint(last, strlen(last), UINT16_MAX, &port) ||
	    !ports_is_mail((uint16_t)port) || !is_ipv6(rest))
		return 0;
	return err_set(err, ERR_USAGE,
		       "\"%.80s\" is ambiguous: port %s of %s is [%s]:%s, the address is [%s]",
		       text, last, rest, rest, last, text);
}

/* "cafe::" is an address, and what becomes of a host whose port and type are macros that are not
 * set; "::" of one that is not set either. */
static int check_empty_end(const char *text, struct err *err)
{
	size_t len = strcspn(text, ":");

	if (strcmp(text + len, "::") != 0)
		return 0;
	if (!len)
		return err_set(err, ERR_USAGE,
			       "\"::\": the host is missing, expected %s; the address is [::]",
			       form);
	return err_set(err, ERR_USAGE,
		       "\"%.80s\" is ambiguous: the host is %.*s, the address is [%s]", text,
		       (int)len, text, text);
}

/* USER:PASSWORD@HOST, as URLs have it */
static bool has_password(const char *text)
{
	const char *scheme = strstr(text, "://"), *at = strrchr(text, '@');
	const char *colon = strchr(scheme ? scheme + 3 : text, ':');

	return at && colon && colon < at;
}

int endpoint_parse(const char *text, struct endpoint *endpoint_r, struct err *err)
{
	struct endpoint e = {.mode = TLS_MODE_DEFAULT};
	const char *rest = "";

	if (is_ipv6(text) && strlen(text) < sizeof(e.host)) {
		if (check_port_like_end(text, err) || check_empty_end(text, err))
			return -1;
		snprintf(e.host, sizeof(e.host), "%s", text);
		*endpoint_r = e;
		return 0;
	}
	if (has_password(text))
		return err_set(err, ERR_USAGE, "no place for a name and a password, expected %s",
			       form);
	if (strstr(text, "://"))
		return err_set(err, ERR_USAGE, "\"%.80s\" is a URL, expected %s", text, form);
	const char *bracket = strchr(text, ']');
	if (colons(bracket ? bracket : text) > 2)
		return err_set(err, ERR_USAGE,
			       "\"%.80s\" has too many colons, expected %s; IPv6 addresses in "
			       "brackets: [::1]:PORT",
			       text, form);
	if (split_host(text, e.host, &rest, err))
		return -1;
	if (*rest == ':') {
		const char *port = rest + 1;
		size_t len = strcspn(port, ":");
		const char *type = port + len;
		if (parse_port(text, port, len, &e.port, err) ||
		    (*type && parse_type(text, type + 1, &e.mode, err)))
			return -1;
	}
	*endpoint_r = e;
	return 0;
}

static const struct {
	const char *name;
	enum tls_mode mode;
} mode_names[] = {
	{"plaintext", TLS_MODE_PLAINTEXT}, {"none", TLS_MODE_PLAINTEXT},
	{"ssl", TLS_MODE_IMPLICIT},        {"implicit", TLS_MODE_IMPLICIT},
	{"tls", TLS_MODE_STARTTLS},        {"starttls", TLS_MODE_STARTTLS},
};

enum { MODE_NAMES = sizeof(mode_names) / sizeof(mode_names[0]) };

int tls_mode_parse(const char *text, enum tls_mode *mode_r, struct err *err)
{
	for (size_t i = 0; i < MODE_NAMES; i++) {
		if (text_equal_nocase(text, strlen(text), mode_names[i].name)) {
			*mode_r = mode_names[i].mode;
			return 0;
		}
	}
	return err_set(
		err, ERR_USAGE,
		"\"%.40s\" is not a connection type: plaintext (none), ssl (implicit) or tls "
		"(starttls)",
		text);
}

const char *tls_mode_name(enum tls_mode mode)
{
	for (size_t i = 0; i < MODE_NAMES; i++)
		if (mode_names[i].mode == mode)
			return mode_names[i].name;
	return "default";
}

bool endpoint_is_host(const char *text)
{
	struct endpoint e = {0};
	struct err err = {0};

	return endpoint_parse(text, &e, &err) == 0 && !e.port && e.mode == TLS_MODE_DEFAULT;
}

void endpoint_complete(struct endpoint *e, enum tls_mode mode, uint16_t port,
		       const struct service_ports *ports)
{
	if (!e->port)
		e->port = port;
	if (e->mode == TLS_MODE_DEFAULT)
		e->mode = mode;
	if (e->mode == TLS_MODE_DEFAULT)
		e->mode = ports_is_implicit(e->port) ? TLS_MODE_IMPLICIT : TLS_MODE_STARTTLS;
	if (!e->port)
		e->port = e->mode == TLS_MODE_IMPLICIT ? ports->implicit : ports->plain;
}

void endpoint_label(const struct endpoint *e, char label[ENDPOINT_LABEL_SIZE])
{
	bool ipv6 = strchr(e->host, ':') != NULL;

	snprintf(label, ENDPOINT_LABEL_SIZE, "%s%s%s:%u", ipv6 ? "[" : "", e->host, ipv6 ? "]" : "",
		 (unsigned int)e->port);
}

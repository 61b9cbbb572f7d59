/* fuzz_discover.c - what mailflow_discover reads of others: bindings, configurations of servers,
 * and what domains publish for mail clients */
#include <string.h>

#include "base/xalloc.h"
#include "discover/autoconfig.h"
#include "discover/binding_text.h"
#include "discover/found_print.h"
#include "discover/local_parse.h"
#include "fuzz.h"

void fuzz_binding(const char *bytes, size_t len)
{
	char *text = xstrndup(bytes, len);
	struct endpoint b;
	struct err err = {0};

	if (binding_text_parse(text, &b, &err) == 0) {
		MUST(!err.kind && b.port && endpoint_host_is_address(b.host));
		MUST(!strpbrk(b.host, " \t\r\n,[]"));
	} else {
		MUST(err.kind == ERR_USAGE && err.text[0]);
	}
	free(text);
}

void fuzz_autoconfig(const char *bytes, size_t len)
{
	struct buf out = BUF_INIT(1 << 20);
	struct found found = {0};
	struct err err = {0};

	if (autoconfig_parse(bytes, len, "example.org", &found, &err) == 0)
		MUST(!err.kind && found.endpoints);
	else
		MUST(err.kind == ERR_PROTOCOL && err.text[0]);
	for (size_t i = 0; i < found.endpoints; i++)
		MUST(found.endpoint[i].host[0] && found.endpoint[i].port);
	for (int i = 0; i < FOUND_SERVICES; i++)
		found_print_endpoints(&found, (enum found_service)i, &out);
	/* a line each, and each has a port */
	for (const char *line = buf_str(&out), *end; *line; line = end + 1) {
		end = strchr(line, '\n');
		MUST(end && memchr(line, ':', (size_t)(end - line)));
	}
	buf_free(&out);
	found_free(&found);
}

/* ---- configurations ---- */

/* What comes from several files is parted by form feeds. */
struct parts {
	struct span part[3];
};

static struct parts cut(const char *bytes, size_t len)
{
	struct parts p = {{{"", 0}, {"", 0}, {"", 0}}};
	struct span rest = {bytes, len};

	for (size_t i = 0; i < 3 && rest.len; i++)
		p.part[i] = span_cut(&rest, '\f');
	return p;
}

static void end(struct local *l, struct found *found)
{
	for (size_t i = 0; i < l->listeners; i++) {
		const struct local_listener *x = &l->listener[i];
		MUST(x->port && x->host[0] && x->mode != TLS_MODE_DEFAULT);
		MUST(x->service < FOUND_SERVICES && (!x->lmtp || x->service == FOUND_SMTP));
	}
	local_free(l);
	found_free(found);
}

void fuzz_doveconf(const char *bytes, size_t len)
{
	struct found found = {0};
	struct local l = {.found = &found, .program = "dovecot"};

	local_parse_dovecot(&l, (struct span){bytes, len});
	end(&l, &found);
}

void fuzz_exim(const char *bytes, size_t len)
{
	struct found found = {0};
	struct local l = {.found = &found, .program = "exim"};

	local_parse_exim(&l, (struct span){bytes, len});
	end(&l, &found);
}

void fuzz_postconf(const char *bytes, size_t len)
{
	struct parts p = cut(bytes, len);
	struct found found = {0};
	struct local l = {.found = &found, .program = "postfix"};

	local_parse_postfix(&l, p.part[0], p.part[1], p.part[2]);
	end(&l, &found);
}

void fuzz_cyrus(const char *bytes, size_t len)
{
	struct parts p = cut(bytes, len);
	struct found found = {0};
	struct local l = {.found = &found, .program = "cyrus"};

	local_parse_cyrus(&l, p.part[0], p.part[1]);
	end(&l, &found);
}

void fuzz_opensmtpd(const char *bytes, size_t len)
{
	char *text = xstrndup(bytes, len);
	struct found found = {0};
	struct local l = {.found = &found, .program = "opensmtpd"};

	local_parse_opensmtpd(&l, text);
	end(&l, &found);
	free(text);
}

/* connectors.h - a file of connectors: which listeners of which servers to test, and what is
 * expected of each
 *
 *   [Default Frontend MBX01]            a section a connector; its name is what reports call it
 *   server = mbx01.example.org          the machine that a binding of all addresses means
 *   bindings = 0.0.0.0:25, [::]:25      ADDRESS:PORT; 0.0.0.0 and [::] are all addresses of server.
 *                                       Default, with server: these two, the usual port
 *   connection-type = tls               plaintext, ssl or tls; default: by the port, else -T
 *   protocol = smtp                     or lmtp
 *   enabled = yes                       no: skipped, and said so
 *   reason = out of service             why
 *   fqdn = mx.example.org               name that greeting and EHLO must carry
 *   certificate-name = mx.example.org   that the certificate must carry; default: server, else fqdn
 *   require = 8BITMIME, SIZE>=10485760  EHLO keywords that must be offered
 *   forbid = AUTH=LOGIN                 and such that must not
 *   auth = plain                        mechanisms, or none; default: --auth, else the best
 *   username = probe@example.org
 *   password-file = /etc/nagios/mx.pw   or oauth-token-file, oauth-token-command, provider
 *   through = tls                       banner, ehlo, tls, auth, mail, rcpt
 *
 * bindings, require and forbid may be given again. [defaults] has what connectors share
 * (sections.h). */
#ifndef MAILFLOW_CONNECTORS_H
#define MAILFLOW_CONNECTORS_H

#include <stdint.h>

#include "base/clock.h"
#include "base/secret.h"
#include "config/endpoint_list.h"
#include "config/sections.h"
#include "mail/sasl/mechanisms.h"
#include "mail/smtp/ehlo_rules.h"
#include "mail/smtp/smtp_reach.h"
#include "net/endpoint.h"

enum { CONNECTOR_NAME_MAX = 100, CONNECTOR_BINDINGS_MAX = 1000, BINDING_TEXT_SIZE = 80 };

/* One ADDRESS:PORT. */
struct binding {
	char text[BINDING_TEXT_SIZE]; /* 0.0.0.0:25, [::]:25 */
	char address[BINDING_TEXT_SIZE];
	uint16_t port;
	int family; /* AF_INET, AF_INET6 */
	bool any;   /* every address of that family that the server has */
};

enum connector_protocol { CONNECTOR_DEFAULT = 0, CONNECTOR_SMTP, CONNECTOR_LMTP };

/* What was not said is NULL, 0, or the enum's default. */
struct connector {
	struct section section;
	bool disabled;
	char *reason;
	char *server, *fqdn, *certificate_name;
	enum tls_mode mode;
	enum connector_protocol protocol;
	enum smtp_through through;
	struct ehlo_rules rules;
	bool no_auth;                    /* auth = none */
	char auth[SASL_MECHANISMS_SIZE]; /* mechanisms */
	char *username, *password_file;
	char *token_file, *token_command, *provider;
	struct binding *binding;
	size_t bindings;
};

/* Zero-initialised. */
struct connectors {
	struct connector *item;
	size_t count;
};

/* Read the file ("-": standard input), until the limit. Lines before the first section may be bare
 * end points, which are added to that list; then there need be no section. Returns 0, or -1 with
 * ERR_USAGE that names file and line. */
int connectors_read(struct connectors *c, struct endpoint_list *bare, const char *path,
		    const struct limit *limit, struct err *err);

/* Whether the file names its user, but no secret of his. */
bool connector_lacks_secret(const struct connector *k);

/* Whether its section has a secret, not only [defaults]. */
bool connector_has_secret(const struct connector *k);

/* Accepts a zeroed struct. */
void connectors_free(struct connectors *c);

#endif

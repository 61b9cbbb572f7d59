/* directory.c - a session with a directory server: connecting, logging on, searching
 *
 * libldap makes and takes apart the messages. It never waits by itself: conn_wait does. */
#include "discover/directory.h"

#include <sasl/sasl.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/xalloc.h"
#include "discover/directory_error.h"
#include "discover/ldap_stream.h"

enum { PAGE_ENTRIES = 1000 };

/* The next message of an operation, or with LDAP_MSG_ALL its last. */
static int await(struct directory *d, int id, int all, LDAPMessage **message_r)
{
	struct timeval none = {0};
	int rc;

	while ((rc = ldap_result(d->ldap, id, all, &none, message_r)) == 0) {
		int ready = conn_wait(&d->conn, d->conn.tl->deadline_us);
		if (ready == 0)
			return timeline_timed_out(d->conn.tl, "no answer");
		if (ready < 0)
			return -1;
	}
	if (rc > 0)
		return 0;
	return err_set(d->err, ERR_PROTOCOL, "the answer is not LDAP");
}

/* ---- logging on ---- */

int directory_finish(struct directory *d, const char *what, int id)
{
	LDAPMessage *message;

	if (await(d, id, LDAP_MSG_ALL, &message))
		return -1;
	return directory_judge(d, what, message, NULL);
}

static int start_tls(struct directory *d, const struct directory_options *o)
{
	int id;

	if (step(d->conn.tl, "starttls"))
		return -1;
	int rc = ldap_extended_operation(d->ldap, LDAP_EXOP_START_TLS, NULL, NULL, NULL, &id);
	if (rc != LDAP_SUCCESS)
		return directory_fail(d, "StartTLS", rc);
	if (directory_finish(d, "StartTLS", id))
		return -1;
	return conn_start_tls(&d->conn, o->endpoint.host, &o->tls);
}

static int bind_simple(struct directory *d, const struct directory_options *o)
{
	const char *password = o->password->value;
	struct berval credentials = {strlen(password), (char *)(uintptr_t)password};
	int id;

	conn_hide(&d->conn, password, o->username);
	int rc = ldap_sasl_bind(d->ldap, o->username, LDAP_SASL_SIMPLE, &credentials, NULL, NULL,
				&id);
	return rc == LDAP_SUCCESS ? directory_finish(d, "", id) : directory_fail(d, "", rc);
}

/* Kerberos knows who we are, and for whom we act: ourselves. */
static int interact(LDAP *ldap, unsigned int flags, void *defaults, void *questions)
{
	(void)ldap, (void)flags, (void)defaults;
	for (sasl_interact_t *q = questions; q->id != SASL_CB_LIST_END; q++) {
		q->result = "";
		q->len = 0;
	}
	return LDAP_SUCCESS;
}

static int bind_gssapi(struct directory *d)
{
	const char *mechanism = NULL;
	LDAPMessage *message = NULL;
	int id, rc;

	/* Active Directory refuses a second encryption within TLS */
	const char *properties = d->conn.tls_on ? "maxssf=0" : "minssf=56";
	ldap_set_option(d->ldap, LDAP_OPT_X_SASL_SECPROPS, properties);
	ldap_set_option(d->ldap, LDAP_OPT_X_SASL_NOCANON, LDAP_OPT_ON);
	do {
		rc = ldap_sasl_interactive_bind(d->ldap, NULL, "GSSAPI", NULL, NULL,
						LDAP_SASL_QUIET, interact, NULL, message,
						&mechanism, &id);
		ldap_msgfree(message);
		message = NULL;
		if (rc == LDAP_SASL_BIND_IN_PROGRESS && await(d, id, LDAP_MSG_ALL, &message))
			return -1;
	} while (rc == LDAP_SASL_BIND_IN_PROGRESS);
	if (rc == LDAP_STRONG_AUTH_REQUIRED && d->conn.tls_on) {
		err_set(d->err, ERR_AUTH, "the server takes no GSSAPI within TLS");
		err_hint(d->err,
			 "GSSAPI encrypts by itself: leave out the port, or say :389:PLAIN");
	}
	return rc == LDAP_SUCCESS ? 0 : directory_fail(d, "GSSAPI", rc);
}

static int log_on(struct directory *d, const struct directory_options *o)
{
	if (o->auth == DIRECTORY_ANONYMOUS)
		return 0;
	if (step(d->conn.tl, "login"))
		return -1;
	return o->auth == DIRECTORY_GSSAPI ? bind_gssapi(d) : bind_simple(d, o);
}

/* entry_fn */
static int take_root(void *ctx, const struct entry *e)
{
	struct directory *d = ctx;

	d->naming_context = entry_text(e, "defaultNamingContext");
	if (!d->naming_context)
		d->naming_context = entry_text(e, "namingContexts");
	d->configuration_context = entry_text(e, "configurationNamingContext");
	d->server_name = entry_text(e, "serverName");
	return 0;
}

static int read_root(struct directory *d)
{
	static const char *const attributes[] = {"defaultNamingContext", "namingContexts",
						 "configurationNamingContext", "serverName", NULL};

	if (step(d->conn.tl, "select"))
		return -1;
	return directory_search(d, "", LDAP_SCOPE_BASE, "(objectClass=*)", attributes, take_root,
				d);
}

int directory_open(struct directory *d, const struct directory_options *o, struct timeline *tl,
		   struct err *err)
{
	const int version = LDAP_VERSION3;

	*d = (struct directory){.conn = CONN_INIT(tl, err, NULL, "ldap"), .err = err};
	d->username = o->auth == DIRECTORY_SIMPLE ? o->username : NULL;
	if (conn_open(&d->conn, &o->endpoint, o->family, &o->tls) ||
	    ldap_stream_init(&d->conn, &d->ldap))
		return -1;
	ldap_set_option(d->ldap, LDAP_OPT_PROTOCOL_VERSION, &version);
	ldap_set_option(d->ldap, LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
	if (o->endpoint.mode == TLS_MODE_STARTTLS && start_tls(d, o))
		return -1;
	return log_on(d, o) || read_root(d) ? -1 : 0;
}

/* ---- searching ---- */

struct search {
	struct directory *directory;
	const char *base;
	int scope;
	const char *filter;
	const char *const *attributes;
	entry_fn *fn;
	void *ctx;
	struct berval cookie; /* of the page to come; owned by libldap */
};

static int use_entry(const struct search *s, LDAPMessage *message)
{
	char *dn = ldap_get_dn(s->directory->ldap, message);
	struct entry e = {.directory = s->directory, .message = message, .dn = dn ? dn : ""};

	int rc = s->fn(s->ctx, &e);
	ldap_memfree(dn);
	return rc;
}

/* The end of a page; 1 when there is another one. */
static int end_page(struct search *s, LDAPMessage *message)
{
	LDAPControl **controls = NULL;

	ber_memfree(s->cookie.bv_val);
	s->cookie = (struct berval){0};
	int rc = directory_judge(s->directory, "", message, &controls);
	LDAPControl *paged = ldap_control_find(LDAP_CONTROL_PAGEDRESULTS, controls, NULL);
	ber_int_t count;
	if (rc == 0 && paged)
		ldap_parse_pageresponse_control(s->directory->ldap, paged, &count, &s->cookie);
	ldap_controls_free(controls);
	return rc ? -1 : s->cookie.bv_len > 0;
}

static int send_page(const struct search *s, int *id_r)
{
	LDAP *ldap = s->directory->ldap;
	LDAPControl *controls[] = {NULL, NULL};
	struct berval cookie = s->cookie;

	int rc = ldap_create_page_control(ldap, PAGE_ENTRIES, &cookie, 0, &controls[0]);
	if (rc == LDAP_SUCCESS)
		rc = ldap_search_ext(ldap, s->base, s->scope, s->filter,
				     (char **)(uintptr_t)s->attributes, 0, controls, NULL, NULL,
				     LDAP_NO_LIMIT, id_r);
	ldap_control_free(controls[0]);
	return rc == LDAP_SUCCESS ? 0 : directory_fail(s->directory, "", rc);
}

/* As end_page. */
static int read_page(struct search *s)
{
	struct directory *d = s->directory;
	LDAPMessage *message;
	int id;

	if (send_page(s, &id))
		return -1;
	for (;;) {
		if (await(d, id, LDAP_MSG_ONE, &message))
			return -1;
		int type = ldap_msgtype(message);
		if (type == LDAP_RES_SEARCH_RESULT)
			return end_page(s, message);
		int rc = type == LDAP_RES_SEARCH_ENTRY ? use_entry(s, message) : 0;
		ldap_msgfree(message);
		if (rc)
			return -1;
	}
}

int directory_search(struct directory *d, const char *base, int scope, const char *filter,
		     const char *const *attributes, entry_fn *fn, void *ctx)
{
	struct search s = {.directory = d,
			   .base = base,
			   .scope = scope,
			   .filter = filter,
			   .attributes = attributes,
			   .fn = fn,
			   .ctx = ctx};
	int rc;

	while ((rc = read_page(&s)) > 0)
		;
	ber_memfree(s.cookie.bv_val);
	return rc;
}

void directory_forgive(struct directory *d)
{
	*d->err = (struct err){0};
	d->result = LDAP_SUCCESS;
}

/* ---- the end ---- */

char *directory_escape(const char *value)
{
	struct berval in = {strlen(value), (char *)(uintptr_t)value}, out = {0};

	ldap_bv2escaped_filter_value(&in, &out);
	char *text = xstrndup(out.bv_val ? out.bv_val : "", out.bv_len);
	ber_memfree(out.bv_val);
	return text;
}

char *directory_escape_bytes(const unsigned char *bytes, size_t len)
{
	struct buf out = BUF_INIT(3 * len + 1);

	for (size_t i = 0; i < len; i++)
		buf_printf(&out, "\\%02x", bytes[i]);
	return out.data ? out.data : xstrdup("");
}

void directory_close(struct directory *d)
{
	if (d->ldap)
		ldap_unbind_ext(d->ldap, NULL,
				NULL); /* says so to the server, if that can be done */
	if (d->conn.tl)
		conn_close(&d->conn);
	free(d->naming_context);
	free(d->configuration_context);
	free(d->server_name);
	*d = (struct directory){0};
}

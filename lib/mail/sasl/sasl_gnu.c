/* sasl_gnu.c - SASL mechanisms by GNU SASL
 *
 * Every copy of a secret that the library hands out, or keeps where it can be reached, is wiped
 * before it is freed. */
#include "mail/sasl/sasl_gnu.h"

#include <stdint.h>
#include <string.h>

int sasl_gnu_begin(struct sasl_gnu *g, const char *mechanism, const struct credentials *who,
		   struct err *err)
{
	*g = (struct sasl_gnu){.library = sasl_library(err)};
	if (!g->library)
		return -1;
	int rc = g->library->gsasl_init(&g->ctx);
	if (rc == GSASL_OK)
		rc = g->library->gsasl_client_start(g->ctx, mechanism, &g->session);
	if (rc != GSASL_OK) {
		err_set(err, ERR_LOCAL, "GNU SASL cannot do %s: %s", mechanism,
			g->library->gsasl_strerror(rc));
		sasl_gnu_free(g);
		return -1;
	}
	g->library->gsasl_property_set(g->session, GSASL_AUTHID, who->username);
	g->library->gsasl_property_set(g->session, GSASL_PASSWORD, who->password->value);
	return 0;
}

/* bytes from GNU SASL that may hold the password */
static void release(const struct sasl_gnu *g, char *bytes, size_t len)
{
	if (bytes)
		explicit_bzero(bytes, len);
	g->library->gsasl_free(bytes);
}

int sasl_gnu_answer(struct sasl_gnu *g, struct span challenge, struct buf *answer, bool *complete_r,
		    struct err *err)
{
	char *response = NULL;
	size_t len = 0;
	int rc = g->library->gsasl_step(g->session, challenge.at, challenge.len, &response, &len);

	*complete_r = rc != GSASL_NEEDS_MORE;
	if (rc == GSASL_NEEDS_MORE)
		rc = GSASL_OK;
	int full = rc == GSASL_OK ? buf_append(answer, response, len) : 0;
	release(g, response, len);
	if (rc != GSASL_OK)
		return err_set(err, ERR_PROTOCOL, "AUTH %s: %s",
			       g->library->gsasl_mechanism_name(g->session),
			       g->library->gsasl_strerror(rc));
	return full ? err_set(err, ERR_PROTOCOL, "the response is too long") : 0;
}

void sasl_gnu_free(struct sasl_gnu *g)
{
	if (g->session) {
		/* The library frees its copy of the password as it is; it hands it out as const. */
		const char *password = g->library->gsasl_property_fast(g->session, GSASL_PASSWORD);
		if (password)
			explicit_bzero((char *)(uintptr_t)password, strlen(password));
		g->library->gsasl_finish(g->session);
	}
	if (g->ctx)
		g->library->gsasl_done(g->ctx);
	*g = (struct sasl_gnu){0};
}

/* exchange.c - a SASL exchange, the same over whatever protocol carries it */
#include "mail/sasl/exchange.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

enum {
	ROUNDS_MAX = 8,        /* challenges */
	CHALLENGE_MAX = 12288, /* RFC 4954 section 4 */
	COMMAND_MAX = 80,
};

struct exchange {
	const struct sasl_carrier *carrier;
	struct sasl sasl;
	char *initial; /* what the client says first, until it is sent; owned */
	struct sasl_trace *trace;
	struct err why; /* "*" was sent: why */
};

static void free_response(char *response)
{
	if (response)
		secret_wipe_str(response);
	free(response);
}

/* Send a response behind before. */
static int say(struct exchange *x, const char *before, const char *response)
{
	const struct sasl_carrier *c = x->carrier;

	x->trace->responded = true;
	return c->check(c->session) || conn_write_secret(c->conn, before, response) ? -1 : 0;
}

static int say_openly(const struct sasl_carrier *c, const char *words)
{
	return c->check(c->session) || conn_printf(c->conn, "%s", words) ? -1 : 0;
}

/* The command; what the client says first waits for a challenge where it cannot stand there. An
 * empty one is "=" there (RFC 4954 section 4, RFC 4959 section 3, RFC 5034 section 4). */
static int begin(struct exchange *x, const struct mechanism *m)
{
	const struct sasl_carrier *c = x->carrier;
	char command[COMMAND_MAX], before[COMMAND_MAX + 1];

	if (m->client_first && sasl_answer(&x->sasl, "", &x->initial, c->conn->err))
		return -1;
	x->trace->begun = true;
	snprintf(command, sizeof(command), "%s %s", c->command, m->name);
	snprintf(before, sizeof(before), "%s ", command);
	if (!x->initial || strlen(before) + strlen(x->initial) > c->line_max)
		return say_openly(c, command);
	int rc = *x->initial ? say(x, before, x->initial) : conn_printf(c->conn, "%s=", before);
	free_response(x->initial);
	x->initial = NULL;
	return rc;
}

/* A challenge may come in several lines of a reply (RFC 4954 section 4). */
static char *join_lines(const struct sasl_reply *r)
{
	char *challenge = xstrndup(r->challenge, r->len), *end = challenge;

	for (const char *c = challenge; *c; c++)
		if (*c != '\n')
			*end++ = *c;
	*end = '\0';
	return challenge;
}

/* The response to a challenge (owned by the caller), or NULL where there is none. What the client
 * says first goes to the first challenge, whatever that says: some servers do not leave
 * it empty. */
static char *find_response(struct exchange *x, const struct sasl_reply *r)
{
	char *response = x->initial;

	if (x->trace->cancelled)
		return NULL;
	if (r->len > CHALLENGE_MAX) {
		err_set(&x->why, ERR_PROTOCOL, "a challenge of more than %d bytes", CHALLENGE_MAX);
		return NULL;
	}
	if (response) {
		x->initial = NULL;
		return response;
	}
	char *challenge = join_lines(r);
	int rc = sasl_answer(&x->sasl, challenge, &response, &x->why);
	free(challenge);
	return rc ? NULL : response;
}

static int answer(struct exchange *x, const struct sasl_reply *r)
{
	char *response = find_response(x, r);

	if (!response) {
		x->trace->cancelled = true;
		return say_openly(x->carrier, "*");
	}
	int rc = *response ? say(x, "", response) : say_openly(x->carrier, "");
	free_response(response);
	return rc;
}

/* A server that had already made up its mind, and said so in a challenge, gives its reason behind
 * "*": that tells more than that there was no answer to its question. But where challenges matter,
 * what was wrong with one is what there is to tell. */
static int finish(struct exchange *x, enum sasl_outcome outcome)
{
	struct err *err = x->carrier->conn->err;
	const struct mechanism *m = x->sasl.mechanism;

	if (x->trace->cancelled) {
		bool servers_reason =
			outcome == SASL_FAILURE && (m->lenient || m->needs == NEEDS_TOKEN);
		if (servers_reason)
			return 0;
		*err = x->why;
		return -1;
	}
	if (outcome != SASL_SUCCESS || (x->sasl.complete && !x->initial))
		return 0;
	err_set(err, ERR_PROTOCOL, "the server says yes before the end of AUTH %s%s", m->name,
		mechanism_is_challenge(m) ? ", and has proved nothing" : "");
	return err_fault(err, "logon-impostor");
}

static int converse(struct exchange *x, const struct mechanism *m)
{
	const struct sasl_carrier *c = x->carrier;
	struct sasl_reply reply;

	for (int round = 0;; round++) {
		if (c->read(c->session, &reply))
			return -1;
		if (reply.outcome != SASL_CHALLENGE)
			return finish(x, reply.outcome);
		if (round == ROUNDS_MAX)
			return err_set(c->conn->err, ERR_PROTOCOL, "AUTH %s without end", m->name);
		if (answer(x, &reply))
			return -1;
	}
}

/* The challenge that said it may have quoted the token. */
static void note_told(struct exchange *x)
{
	size_t len;
	const char *shown = conn_shown(x->carrier->conn, x->sasl.told, strlen(x->sasl.told), &len);

	snprintf(x->trace->told, sizeof(x->trace->told), "%s", shown);
}

int sasl_exchange(const struct sasl_carrier *carrier, const struct mechanism *mechanism,
		  const struct credentials *who, struct sasl_trace *trace_r)
{
	struct exchange x = {.carrier = carrier, .trace = trace_r};
	struct conn *c = carrier->conn;
	struct tls_binding binding = {0};
	struct sasl_terms terms = {.who = who,
				   .service = carrier->service,
				   .host = c->peer.host,
				   .port = c->peer.port,
				   .binding = &binding};

	*trace_r = (struct sasl_trace){0};
	if (mechanism->binds && c->tls_on)
		tls_bind(&c->tls, &binding);
	int rc = sasl_begin(&x.sasl, mechanism, &terms, c->err);
	if (rc == 0)
		rc = begin(&x, mechanism);
	if (rc == 0)
		rc = converse(&x, mechanism);
	note_told(&x);
	trace_r->bound = x.sasl.gnu.bound;
	trace_r->cannot_bind = x.sasl.gnu.cannot_bind;
	free_response(x.initial);
	sasl_free(&x.sasl);
	return rc;
}

enum logon_end sasl_end(const struct sasl_trace *trace, enum logon_end end)
{
	if (end != LOGON_REFUSED && end != LOGON_NOT_SO)
		return end;
	if (trace->cannot_bind)
		return LOGON_CANNOT_BIND;
	return trace->bound ? LOGON_REFUSED_BOUND : end;
}

void sasl_note_told(struct err *err, const struct sasl_trace *trace)
{
	if (trace->told[0])
		err_prefix(err, "%s: ", trace->told);
}

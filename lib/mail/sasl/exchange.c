/* exchange.c - a SASL exchange, the same over whatever protocol carries it */
#include "mail/sasl/exchange.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "mail/sasl/sasl.h"

enum {
	ROUNDS_MAX = 8,        /* challenges */
	CHALLENGE_MAX = 12288, /* RFC 4954 section 4 */
	COMMAND_MAX = 80,
};

struct exchange {
	const struct sasl_carrier *carrier;
	struct sasl sasl;
	char *initial;  /* what the client says first, until it is sent; owned */
	bool cancelled; /* "*" was sent */
	struct err why; /* then: why */
};

static void free_response(char *response)
{
	if (response)
		secret_wipe_str(response);
	free(response);
}

/* Send a response behind before. */
static int say(const struct sasl_carrier *c, const char *before, const char *response)
{
	return c->check(c->session) || conn_write_secret(c->conn, before, response) ? -1 : 0;
}

static int say_openly(const struct sasl_carrier *c, const char *words)
{
	return c->check(c->session) || conn_printf(c->conn, "%s", words) ? -1 : 0;
}

/* The command; what the client says first waits for a challenge where it cannot stand there. */
static int begin(struct exchange *x, const char *mechanism)
{
	const struct sasl_carrier *c = x->carrier;
	char command[COMMAND_MAX], before[COMMAND_MAX + 1];

	if (sasl_client_first(mechanism) && sasl_answer(&x->sasl, "", &x->initial, c->conn->err))
		return -1;
	snprintf(command, sizeof(command), "%s %s", c->command, mechanism);
	snprintf(before, sizeof(before), "%s ", command);
	if (!x->initial || strlen(before) + strlen(x->initial) > c->line_max)
		return say_openly(c, command);
	int rc = say(c, before, x->initial);
	free_response(x->initial);
	x->initial = NULL;
	return rc;
}

/* The response to a challenge (owned by the caller), or NULL where there is none. What the client
 * says first goes to the first challenge, whatever that says: some servers do not leave
 * it empty. */
static char *find_response(struct exchange *x, const struct sasl_reply *r)
{
	char *response = x->initial;

	if (x->cancelled)
		return NULL;
	if (r->len > CHALLENGE_MAX) {
		err_set(&x->why, ERR_PROTOCOL, "a challenge of more than %d bytes", CHALLENGE_MAX);
		return NULL;
	}
	if (response) {
		x->initial = NULL;
		return response;
	}
	char *challenge = xstrndup(r->challenge, r->len);
	int rc = sasl_answer(&x->sasl, challenge, &response, &x->why);
	free(challenge);
	return rc ? NULL : response;
}

static int answer(struct exchange *x, const struct sasl_reply *r)
{
	char *response = find_response(x, r);

	if (!response) {
		x->cancelled = true;
		return say_openly(x->carrier, "*");
	}
	int rc = say(x->carrier, "", response);
	free_response(response);
	return rc;
}

/* A server that had already made up its mind, and said so in a challenge (in JSON, as for OAuth),
 * gives its reason behind "*": that tells more than that there was no answer to its question. */
static int finish(struct exchange *x, enum sasl_outcome outcome)
{
	if (!x->cancelled || outcome == SASL_FAILURE)
		return 0;
	*x->carrier->conn->err = x->why;
	return -1;
}

static int converse(struct exchange *x, const char *mechanism)
{
	const struct sasl_carrier *c = x->carrier;
	struct sasl_reply reply;

	for (int round = 0;; round++) {
		if (c->read(c->session, &reply))
			return -1;
		if (reply.outcome != SASL_CHALLENGE)
			return finish(x, reply.outcome);
		if (round == ROUNDS_MAX)
			return err_set(c->conn->err, ERR_PROTOCOL, "AUTH %s without end",
				       mechanism);
		if (answer(x, &reply))
			return -1;
	}
}

int sasl_exchange(const struct sasl_carrier *carrier, const char *mechanism,
		  const struct credentials *who)
{
	struct exchange x = {.carrier = carrier};

	int rc = sasl_begin(&x.sasl, mechanism, who, carrier->conn->err);
	if (rc == 0)
		rc = begin(&x, mechanism);
	if (rc == 0)
		rc = converse(&x, mechanism);
	free_response(x.initial);
	sasl_free(&x.sasl);
	return rc;
}

/* mechanisms.h - the ways to log on that are known here, and the SASL mechanisms that a server
 * offers (RFC 4422 section 3.1): a list of names in upper case, with blanks between them */
#ifndef MAILFLOW_MECHANISMS_H
#define MAILFLOW_MECHANISMS_H

#include <stdbool.h>

#include "base/err.h"
#include "base/span.h"

enum { SASL_MECHANISMS_SIZE = 256, SASL_NAME_MAX = 20 };

/* What a mechanism logs on with. */
enum mechanism_needs {
	NEEDS_NOTHING,
	NEEDS_PASSWORD,
	NEEDS_TOKEN,
	NEEDS_CERTIFICATE, /* the client's, which TLS has shown */
	NEEDS_TICKET,      /* of Kerberos */
};

/* As what it goes over the wire: SASL, or a protocol's own command. A bit each. */
enum mechanism_form {
	FORM_SASL = 1,
	FORM_IMAP_LOGIN = 2,
	FORM_POP_USER = 4, /* USER and PASS */
	FORM_POP_APOP = 8,
};

struct mechanism {
	const char *name; /* in upper case, as --auth takes it; LOGIN is there twice */
	enum mechanism_form form;
	enum mechanism_needs needs;
	bool plain;        /* the server gets the secret itself */
	bool client_first; /* the client speaks first */
	bool lenient;      /* what challenges say does not matter */
	bool binds;        /* to the TLS channel: -PLUS */
	bool on_demand;    /* only where --auth names it */
};

/* In the order in which they are chosen, the best first; the last one has no name. */
extern const struct mechanism mechanisms[];

/* The first one of that name (any case), or NULL. */
const struct mechanism *mechanism_find(struct span name);

/* Whether it proves the password without showing it: CRAM, DIGEST, SCRAM, for which a server has to
 * hold a secret that it may lack. */
bool mechanism_is_challenge(const struct mechanism *m);

bool mechanism_is_scram(const struct mechanism *m);

/* Read "SCRAM-SHA-256, plain": the names, in upper case and with blanks between them, to list.
 * forms are those that the program has, as a set. Returns 0, or -1 with ERR_USAGE. */
int mechanisms_parse(char list[SASL_MECHANISMS_SIZE], const char *text, unsigned int forms,
		     struct err *err);

/* Whether one of the names in the list needs that. */
bool mechanisms_need(const char *list, enum mechanism_needs needs);

/* Add a name, or each word of several, in any case. What is no mechanism's name, is in the list
 * already, or finds no room in it is passed over. */
void sasl_add_mechanism(char list[SASL_MECHANISMS_SIZE], struct span name);
void sasl_add_mechanisms(char list[SASL_MECHANISMS_SIZE], struct span names);

/* Whether the list has that mechanism. */
bool sasl_offers(const char *list, const char *wanted);

#endif

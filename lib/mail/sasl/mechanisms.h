/* mechanisms.h - the SASL mechanisms that a server offers (RFC 4422 section 3.1): a list of names
 * in upper case, with blanks between them */
#ifndef MAILFLOW_MECHANISMS_H
#define MAILFLOW_MECHANISMS_H

#include <stdbool.h>

#include "base/span.h"

enum { SASL_MECHANISMS_SIZE = 256 };

/* Add a name, or each word of several, in any case. What is no mechanism's name, is in the list
 * already, or finds no room in it is passed over. */
void sasl_add_mechanism(char list[SASL_MECHANISMS_SIZE], struct span name);
void sasl_add_mechanisms(char list[SASL_MECHANISMS_SIZE], struct span names);

/* Whether the list has that mechanism. */
bool sasl_offers(const char *list, const char *wanted);

/* The mechanism to use: the first of PLAIN, LOGIN that the list has, or NULL. A string constant. */
const char *sasl_choose(const char *list);

#endif

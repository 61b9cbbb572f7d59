/* directory_error.h - what a directory refuses, in words that say what to do */
#ifndef MAILFLOW_DIRECTORY_ERROR_H
#define MAILFLOW_DIRECTORY_ERROR_H

#include "discover/directory.h"

/* The result of an operation, freed here; what ("StartTLS", or "") stands in front of an error.
 * *controls_r (may be NULL) are to be freed. Sets d->result. Returns 0, or -1 with the error set.
 */
int directory_judge(struct directory *d, const char *what, LDAPMessage *message,
		    LDAPControl ***controls_r);

/* libldap itself has failed, or has the server's answer: rc is what it returned. Returns -1; an
 * error of the connection stays. */
int directory_fail(struct directory *d, const char *what, int rc);

#endif

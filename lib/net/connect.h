/* connect.h - from addresses to a connected socket, and the words for why there is none */
#ifndef MAILFLOW_CONNECT_H
#define MAILFLOW_CONNECT_H

#include <netdb.h>
#include <stdbool.h>

#include "net/conn.h"

/* A socket that is on its way to that address, or -1 with *error_r. Never waits. */
int connect_start(const struct addrinfo *a, int *error_r);

/* Connect c, which is not open, to the first of the addresses that answers, each with an equal
 * share of what is left until the step's deadline. What was begun ahead (c->ahead) is the try of
 * the first of them. c->address becomes the one that did, c->tried names the others. by_name:
 * nothing that the reader knows says the address, so errors do. Returns 0, or -1: ERR_CONNECT,
 * ERR_TIMEOUT or ERR_RUN_TIMEOUT, and ERR_LOCAL where no address could be tried for a reason that
 * lies here. */
int connect_any(struct conn *c, const struct addrinfo *addresses, bool by_name);

#endif

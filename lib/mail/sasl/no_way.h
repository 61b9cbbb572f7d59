/* no_way.h - where there is no way to log on, or none that is answered: why, and what a person can
 * do about it */
#ifndef MAILFLOW_NO_WAY_H
#define MAILFLOW_NO_WAY_H

#include "net/conn.h"

/* Record ERR_AUTH for a connection where the server offers these mechanisms ("": none, by this sign
 * of it), of which none fits what there is to log on with. Returns -1. */
int logon_no_way(struct conn *c, const char *offered, const char *sign);

/* After a logon of that user has failed: a hint where it was not answered, or where the user is
 * Exchange's Administrator, whose mailbox it does not open. Returns -1. */
int logon_failed(struct conn *c, const char *username);

#endif

/* ldap_stream.h - libldap over a connection of ours: resolver, deadlines, TLS and its verification
 * are those of lib/net/ */
#ifndef MAILFLOW_LDAP_STREAM_H
#define MAILFLOW_LDAP_STREAM_H

#include <ldap.h>

#include "net/conn.h"

/* Let libldap speak over the connection, which is open (conn_open) and outlives *ldap_r; errors of
 * reading and writing are recorded in its err. Returns 0, or -1 with ERR_LOCAL. */
int ldap_stream_init(struct conn *c, LDAP **ldap_r);

#endif

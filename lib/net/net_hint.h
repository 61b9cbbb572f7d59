/* net_hint.h - what a person can do about faults between here and the server's greeting */
#ifndef MAILFLOW_NET_HINT_H
#define MAILFLOW_NET_HINT_H

#include "base/hint.h"

enum net_fault {
	NET_NO_NAME,
	NET_RESOLVER,
	NET_REFUSED, /* IMAP and POP3 name Exchange's services */
	NET_REFUSED_IMAP,
	NET_REFUSED_POP,
	NET_DROPPED,
	NET_NO_ROUTE,
	NET_ZONE,
	NET_FILES, /* no descriptors */
	NET_LOCAL_RULES,
	NET_SILENT, /* it says nothing, on any port, one for TLS, one for clear text */
	NET_SILENT_TLS,
	NET_SILENT_CLEAR,
	NET_CLOSED_AT_ONCE,
	NET_SPEAKS_TLS,
	NET_PLAIN_PORT,
	NET_WEB_PORT,
	NET_SSH_PORT,
	NET_OTHER_PORT,
	NET_NO_TLS_PORT,
	NET_NO_STARTTLS,
	TLS_OLD_VERSION,
	TLS_NO_CIPHER,
	TLS_WANTS_CERTIFICATE,
	TLS_CERTIFICATE_REFUSED,
	TLS_NAME_UNKNOWN,
	TLS_SERVER_FAULT,
	CERT_SELF_SIGNED,
	CERT_NO_INTERMEDIATE,
	CERT_ROOT,
	CERT_EXPIRED,
	CERT_REVOKED,
	CERT_NOT_LOADED, /* a renewed one is there, and not served */
	CERT_NOT_YET,
	CERT_NAME, /* the options that say another one differ */
	CERT_NAME_SMTP,
	CERT_WEAK,
	CERT_PURPOSE,
	CERT_NO_CA,
	CERT_CONSTRAINTS,
	NET_FAULTS
};

extern const struct hint net_hints[NET_FAULTS];

#endif

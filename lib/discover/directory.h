/* directory.h - a session with a directory server over LDAP: opened in safety, searched page by
 * page
 *
 * Referrals are not followed: what is read is this server's. */
#ifndef MAILFLOW_DIRECTORY_H
#define MAILFLOW_DIRECTORY_H

#include <ldap.h>

#include "base/secret.h"
#include "net/conn.h"

enum directory_auth { DIRECTORY_AUTO = 0, DIRECTORY_ANONYMOUS, DIRECTORY_SIMPLE, DIRECTORY_GSSAPI };

struct directory_options {
	struct endpoint endpoint; /* completed */
	int family;               /* as in resolve() */
	struct tls_options tls;
	enum directory_auth auth;
	const char *username;          /* of DIRECTORY_SIMPLE: DN, user@domain or DOMAIN\user */
	const struct secret *password; /* likewise */
};

/* Stays where it is from directory_open to directory_close; zero-initialised. */
struct directory {
	struct conn conn;
	LDAP *ldap;
	struct err *err;      /* borrowed */
	const char *username; /* borrowed; NULL: nobody in particular */
	int result;           /* code of the last operation (RFC 4511 section 4.1.9) */
	/* what the server says of itself in its root; NULL where it does not */
	char *naming_context, *configuration_context, *server_name;
};

/* One entry of a search; it is gone after the call. */
struct entry {
	struct directory *directory;
	LDAPMessage *message;
	const char *dn;
};

/* An attribute's values. */
struct values {
	char **item;
	size_t count;
};

/* Returns 0, or -1 with the directory's error set, which ends the search. */
typedef int entry_fn(void *ctx, const struct entry *e);

/* Connect as the end point's type says, log on, and read the server's root: the steps resolve,
 * connect, starttls, tls, login and select of the timeline. Where there is no TLS, GSSAPI encrypts
 * instead. Returns 0, or -1 with the error set; directory_close is called in both cases. */
int directory_open(struct directory *d, const struct directory_options *options,
		   struct timeline *tl, struct err *err);

/* Call fn for each entry below base (scope LDAP_SCOPE_...) that the filter (RFC 4515) lets through,
 * as it comes. attributes ends with NULL. fn may search, too. Returns 0, or -1 with the error set:
 * the end of the connection between two pages is one. */
int directory_search(struct directory *d, const char *base, int scope, const char *filter,
		     const char *const *attributes, entry_fn *fn, void *ctx);

/* Await the answer to an operation (of libldap, by its number), as directory_judge (see
 * directory_error.h). */
int directory_finish(struct directory *d, const char *what, int id);

/* Forget the error of the last search: what is not there was to be expected. */
void directory_forgive(struct directory *d);

/* The first value, to be freed; NULL if there is none. */
char *entry_text(const struct entry *e, const char *attribute);
/* Its first bytes, at most size. Returns how many. */
size_t entry_bytes(const struct entry *e, const char *attribute, unsigned char *bytes, size_t size);
/* The same as a number; otherwise where there is none. */
uint64_t entry_number(const struct entry *e, const char *attribute, uint64_t otherwise);
/* All values, also where the server gives them in parts ("member;range=0-1499"). Returns 0, or -1
 * with the error set; *values_r is to be freed in both cases. */
int entry_values(const struct entry *e, const char *attribute, struct values *values_r);
void values_free(struct values *v);
/* Add a copy. */
void values_add(struct values *v, const char *value);
/* Sort them, and put them into one string with ", " between them, to be freed; NULL: none. */
char *values_join(struct values *v);

/* A value as a filter has it, to be freed: what means something there is escaped, and of what is
 * not text (a GUID) each byte. */
char *directory_escape(const char *value);
char *directory_escape_bytes(const unsigned char *bytes, size_t len);

/* Accepts a zeroed struct. */
void directory_close(struct directory *d);

#endif

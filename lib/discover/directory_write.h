/* directory_write.h - entries of a directory added, changed and deleted; and their passwords
 *
 * All return 0, or -1 with the directory's error set. d->result is LDAP_SUCCESS or what the server
 * has refused it with; where it is neither, the server may have done it. */
#ifndef MAILFLOW_DIRECTORY_WRITE_H
#define MAILFLOW_DIRECTORY_WRITE_H

#include "discover/directory.h"

/* An attribute with its one value: of len bytes, or a string where that is 0. Lists end with a name
 * that is NULL. */
struct attribute {
	const char *name, *value;
	size_t len;
};

int directory_add(struct directory *d, const char *dn, const struct attribute *list);
/* Each attribute is replaced. */
int directory_replace(struct directory *d, const char *dn, const struct attribute *list);
int directory_delete(struct directory *d, const char *dn);

/* The password modify operation (RFC 3062), in an administrator's name. */
int directory_set_password(struct directory *d, const char *dn, const char *password);

/* A password as Active Directory takes it, for unicodePwd: quoted, in UTF-16LE ([MS-ADTS] section
 * 3.1.1.3.1.5). Returns 0, or -1 with ERR_USAGE where it is no UTF-8; *out is to be wiped. */
int directory_unicode_password(const char *password, struct buf *out, struct err *err);

#endif

/* imap_list.h - what LIST responses say of folders, and which one is that for junk mail, whatever
 * it is called (RFC 3501 section 7.2.2, RFC 6154) */
#ifndef MAILFLOW_IMAP_LIST_H
#define MAILFLOW_IMAP_LIST_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

enum { IMAP_NAME_SIZE = 512 };

struct imap_folder {
	char name[IMAP_NAME_SIZE]; /* as commands take it, but for its quotes: modified UTF-7 */
	char delimiter;            /* between the levels of names; NUL: there are none */
	struct span attributes;    /* "\HasNoChildren \Junk" */
};

/* The rest of "* LIST (\Junk) "/" "Spam"". Returns 0, or -1 if it is malformed, or if the name is
 * none that a command could carry: too long, or with control characters. */
int imap_parse_list(struct span rest, struct imap_folder *folder_r);

/* A folder that is looked for among those that are told. */
struct imap_sought {
	const char *use;              /* the attribute that it has: "\Junk" */
	char by_use[IMAP_NAME_SIZE];  /* the first that has it; "": none so far */
	char by_name[IMAP_NAME_SIZE]; /* the first that is called as such folders mostly are */
};

/* Whether this is the one. What cannot be opened is not. */
void imap_sought_note(struct imap_sought *sought, const struct imap_folder *folder);

/* Whether both are one mailbox: INBOX is so in any case (RFC 3501 section 5.1). */
bool imap_same_folder(const char *a, const char *b);

/* Append the name for people: modified UTF-7 (RFC 3501 section 5.1.3) decoded, what is none as it
 * is. -1 when b is full. */
int imap_folder_format(const char *name, struct buf *b);

#endif

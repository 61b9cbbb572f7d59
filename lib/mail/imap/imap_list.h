/* imap_list.h - what LIST responses say of folders, and which one is that for junk mail, whatever
 * it is called (RFC 3501 section 7.2.2, RFC 6154) */
#ifndef MAILFLOW_IMAP_LIST_H
#define MAILFLOW_IMAP_LIST_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"
#include "mail/imap/imap_quote.h"

/* Of several folders that are for one use so many count. */
enum { IMAP_ALIKE_MAX = 4 };

struct imap_folder {
	char name[IMAP_NAME_SIZE]; /* as commands take it, but for its quotes: modified UTF-7 */
	char delimiter;            /* between the levels of names; NUL: there are none */
	struct span attributes;    /* "\HasNoChildren \Junk" */
};

/* The rest of "* LIST (\Junk) "/" "Spam"". Returns 0, or -1 if it is malformed, or if the name is
 * none that a command could carry: too long, or with control characters. */
int imap_parse_list(struct span rest, struct imap_folder *folder_r);

/* Folders for one use, each once, in the order in which they were told. */
struct imap_alike {
	char name[IMAP_ALIKE_MAX][IMAP_NAME_SIZE];
	size_t count;
};

/* What is looked for among the folders that are told. */
struct imap_sought {
	const char *use;           /* the attribute that it has: "\Junk" */
	struct imap_alike by_use;  /* those that have it */
	struct imap_alike by_name; /* those that are called as such folders mostly are */
};

/* Whether this is one. What cannot be opened is none. */
void imap_sought_note(struct imap_sought *sought, const struct imap_folder *folder);

/* Whether both are one mailbox: INBOX is so in any case (RFC 3501 section 5.1). */
bool imap_same_folder(const char *a, const char *b);

/* Append the name for people: modified UTF-7 (RFC 3501 section 5.1.3) decoded, what is none as it
 * is. -1 when b is full. */
int imap_folder_format(const char *name, struct buf *b);

#endif

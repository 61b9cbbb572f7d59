/* imap_folder.h - other folders than the mailbox under test: found, looked into, and cleaned of our
 * messages
 *
 * EXAMINE to look, SELECT to delete, under that folder's own UIDVALIDITY; never CLOSE, which
 * expunges others' mail. All return 0, or -1 with the error set: ERR_REFUSED for NO and BAD, and
 * those of imap.h. */
#ifndef MAILFLOW_IMAP_FOLDER_H
#define MAILFLOW_IMAP_FOLDER_H

#include "mail/imap/imap.h"
#include "mail/imap/imap_delivery.h"
#include "mail/imap/imap_list.h"

/* So many of a folder's newest messages are looked at where SEARCH does not find ours: it may
 * answer from an index that lags behind. */
enum { IMAP_NEWEST = 20 };

/* The folder that is called so, or those that are for that use ("\Junk"), if there are any. */
int imap_folder_find(struct imap *s, const char *wanted, struct imap_alike *found_r);

/* Open it, instead of what was selected, of which all is forgotten. */
int imap_folder_examine(struct imap *s, const char *name);
/* The same to delete in it: ERR_REFUSED also if its UIDVALIDITY is not this one (0: whichever). */
int imap_folder_select(struct imap *s, const char *name, uint32_t uidvalidity);

/* In the folder that is selected: look for the message of this run twice, and delete it. What
 * became of it is in there: copies is 0 if it was not found. */
int imap_folder_remove_ours(struct imap *s, struct imap_delivery *there);

/* ERR_REFUSED where it is deleted, and yet there: left_marked, or no_trash. */
int imap_check_left(struct imap *s, const struct imap_delivery *there);

/* "cleanup": delete the message of this run, and stale ones, in the folders of delivery->clean, and
 * what was moved to the trash there ("delete"). Refusals are forgiven as in
 * imap_delivery_cleanup. */
int imap_folders_clean(struct imap *s, struct imap_delivery *delivery, long max_age_s);

#endif

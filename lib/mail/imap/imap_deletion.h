/* imap_deletion.h - the parts of deleting that hold in every folder; for imap_folder.c and
 * imap_trash.c
 *
 * All work on what is selected, and return 0, or -1 with the error set. */
#ifndef MAILFLOW_IMAP_DELETION_H
#define MAILFLOW_IMAP_DELETION_H

#include "mail/imap/imap_look.h"

/* Delete what is wanted and proven, and prove that it is gone; or mark it only
 * (delivery->left_marked). */
int imap_remove_proven(struct imap *s, struct imap_delivery *delivery);

/* What is left of that, as commands take it. Returns whether there is anything. */
bool imap_format_left(const struct imap *s, struct buf *set);
/* ERR_REFUSED if any of that is still there; set has them then. */
int imap_prove_gone(struct imap *s, struct buf *set);

/* How many there are that are proven, and are not of this run. */
unsigned int imap_count_stale(struct imap *s, const struct imap_delivery *delivery);

/* Add to what could not be done, or else is not known; "": nothing. */
void imap_note_undone(char notes[IMAP_UNDONE_SIZE], const char *note);

/* A refusal is no error of the run, but noted, where undone says of what; the next run comes. Other
 * errors stay. */
int imap_forgive_refusal(struct imap *s, char notes[IMAP_UNDONE_SIZE], const char *undone);

#endif

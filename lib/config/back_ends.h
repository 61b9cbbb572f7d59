/* back_ends.h - --back-end: the servers behind a front end, by their end points, or with a
 * directory by what is known of them there */
#ifndef MAILFLOW_BACK_ENDS_H
#define MAILFLOW_BACK_ENDS_H

#include <stdbool.h>

#include "base/err.h"

struct mailbox_settings;

/* Before settings_discover: list those of the options. With --discover=ldap what has no port is a
 * server's identity, or "all", or "home" for the one that holds the mailbox (with --probe=deep the
 * default), and mailflow_discover is asked for the end points where front ends find them. Returns
 * 0, or -1 as settings_discover. */
int back_ends_list(struct mailbox_settings *m, struct err *err);

/* Whether a directory is asked, which knows them. */
bool back_ends_are_known(const struct mailbox_settings *m);

/* After settings_finish: how certificates of back ends are looked at. */
void back_ends_finish(struct mailbox_settings *m);

#endif

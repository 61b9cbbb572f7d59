/* probe.h - --probe: how far the test goes, by the scenarios of Exchange's Managed Availability
 *
 *   self   the front end's greeting, TLS and capabilities; nobody logs on
 *   proxy  a logon through the front end, as far as the back end, without a mailbox
 *   deep   a logon straight to the back end, and the mailbox is opened there
 *   ctp    the customer's touch point: the whole way of a customer */
#ifndef MAILFLOW_PROBE_H
#define MAILFLOW_PROBE_H

#include "config/options.h"

struct mailbox_settings;

enum probe { PROBE_NONE = 0, PROBE_SELF, PROBE_PROXY, PROBE_DEEP, PROBE_CTP };

/* What a row of mailbox_options.c calls. */
option_fn mailbox_settings_set_probe;

/* After parsing: what it leaves of the test. ERR_USAGE where --light or another option says
 * otherwise. */
int probe_apply(struct mailbox_settings *m, struct err *err);

#endif

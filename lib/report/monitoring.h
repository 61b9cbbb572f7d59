/* monitoring.h - the monitoring events and performance counters of --monitoring-context: an event a
 * target, and counters of the times that its test took
 *
 * Event source and counter object are the same: "Mailflow Imap4Connectivity". The instance of both
 * is SERVER|SITE, with the server as the first column of the tables has it. */
#ifndef MAILFLOW_MONITORING_H
#define MAILFLOW_MONITORING_H

#include "report/report.h"

/* The source of a protocol's events: "imap", "pop", "smtp". */
const char *monitoring_source(const char *protocol);

/* SERVER|SITE */
void monitoring_instance(const struct report *r, const struct result *t, struct buf *out);

/* The counters: "Latency" of the whole target, then one of each step, by its name. Milliseconds;
 * -1 of what has failed. There are none of what was not tested. */
size_t monitoring_counters(const struct result *t);
const char *monitoring_counter_name(const struct result *t, size_t i);
double monitoring_counter_ms(const struct result *t, size_t i);

/* In two lines, each ended by LF:
 * `event: Mailflow Imap4Connectivity 1111 Error, mail.example.org:993|HQ, imap-auth-failed`
 * `counters: Latency -1, imap_connect 2.1, imap_login -1 ms` */
void monitoring_lines(const struct report *r, const struct result *t, struct buf *out);

#endif

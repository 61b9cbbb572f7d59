/* journal.h - a record to the systemd journal by its own protocol, without libsystemd
 * (https://systemd.io/JOURNAL_NATIVE_PROTOCOL) */
#ifndef MAILFLOW_JOURNAL_H
#define MAILFLOW_JOURNAL_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

/* Where it listens. A unit with a LogNamespace= of its own has that one's there. */
#define JOURNAL_SOCKET "/run/systemd/journal/socket"

/* Append a field to a record. name: upper case letters, digits and underscores, at most 64, no
 * underscore first. value may be any bytes. */
int journal_field(struct buf *record, const char *name, const char *value, size_t len);

/* Send a record to the journal that listens at that path, in the main thread, before the absolute
 * deadline. One that is too large for a datagram goes as a sealed file. Returns 0, or -1 with
 * ERR_LOCAL. */
int journal_send(const char *path, const struct buf *record, int64_t deadline_us, struct err *err);

#endif

/* spoken.h - what is spoken on a port, by the first bytes that came where others were expected */
#ifndef MAILFLOW_SPOKEN_H
#define MAILFLOW_SPOKEN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/hint.h"

/* Whether the bytes can be the start of a TLS record (RFC 8446 section 5.1); true for none. */
bool spoken_is_tls(const char *bytes, size_t len);

/* A hint for whoever wanted TLS and got these bytes; constant. */
const struct hint *spoken_hint(const char *bytes, size_t len);

/* The same for whoever wanted the greeting of a mail protocol and got these; NULL where they tell
 * nothing. */
const struct hint *spoken_other_hint(const char *bytes, size_t len);

#endif

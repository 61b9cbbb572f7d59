/* controllers.h - which directory server is asked: the one that is named, or the first that can be
 * reached of those in DNS */
#ifndef MAILFLOW_CONTROLLERS_H
#define MAILFLOW_CONTROLLERS_H

#include "discover/discover_settings.h"

/* Open a session as the settings say. Returns 0, or -1 with the error set and its place;
 * directory_close is called in both cases. */
int controllers_open(struct directory *d, const struct discover_settings *s, struct timeline *tl,
		     struct err *err);

#endif

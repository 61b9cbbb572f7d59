/* local.h - what sources that read this host's own servers share: programs are asked, listeners are
 * gathered, and looked at whether they are there
 *
 * In the main thread. */
#ifndef MAILFLOW_LOCAL_H
#define MAILFLOW_LOCAL_H

#include "discover/discover_settings.h"

/* One socket that a server listens on. */
struct local_listener {
	enum found_service service;
	bool lmtp;
	char *host; /* an address, of which 0.0.0.0 and :: are all, or a name; owned */
	uint16_t port;
	enum tls_mode mode;
	uint64_t max_size; /* 0: not known, or no limit */
};

/* Zero-initialised, but for what is borrowed. */
struct local {
	const struct discover_settings *settings;
	struct found *found;
	struct err *err;
	const char *program; /* "postfix" */
	int64_t until_us;

	char *name; /* by which the server calls itself; owned; NULL: not known */
	struct local_listener *listener;
	size_t listeners;
};

/* Where the program is: in PATH, or where servers' programs are, for engines have a short PATH; to
 * be freed, NULL: nowhere. */
char *local_find_program(const char *name);

/* What that program prints. argv[0] is its name, and replaced. Returns 0, or -1 with ERR_LOCAL: it
 * is not there, or fails. */
int local_ask(struct local *l, char **argv, struct buf *out_r);

/* A configuration file, whole. Returns 0, or -1 with ERR_USAGE: it is not there, or may not be
 * read. */
int local_read(struct local *l, const char *path, struct buf *text_r);

/* host is an address, "*" and "" for all of IPv4, "::" or a name; port is a number or a name of
 * /etc/services. What cannot be understood is told as odd. */
void local_add(struct local *l, const struct local_listener *like, const char *host,
	       const char *port);

/* Look up names, make connectors and end points of what was added, tell of those where nothing
 * listens, and of the service's state: units are names of systemd's, of which those that are there
 * count. Frees all. */
int local_finish(struct local *l, const char *const *units);
void local_free(struct local *l);

/* What systemd says of a service: not running, or not to be started when the machine is. Nothing
 * where there is no systemd. */
void local_service_note(struct local *l, const char *const *units);

#endif

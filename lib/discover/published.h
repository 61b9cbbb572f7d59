/* published.h - what is published for IMAP and POP3 clients compared with what is there
 *
 * Each rule that the settings must keep (Set-ImapSettings) is a target with a result of its own, so
 * that every format has a row for it. */
#ifndef MAILFLOW_PUBLISHED_H
#define MAILFLOW_PUBLISHED_H

#include "discover/discover_settings.h"
#include "judge/result.h"
#include "run/plugin.h"

enum published_rule {
	RULE_BINDING,     /* a binding has the setting's port and method */
	RULE_DNS,         /* its name has an address, as --resolver sees it */
	RULE_ANSWER,      /* the port answers with that method */
	RULE_CERTIFICATE, /* what is shown there carries the name that it is to carry */
	RULE_BACK_END,    /* the service behind the front end answers */
	RULE_FRONT_END,   /* and the one in front of it, where it listens */
	RULE_SRV,         /* the domain's SRV records name nothing else */
	RULE_AUTOCONFIG,  /* nor does what it publishes for mail clients */
	RULE_HTTPS,       /* the certificate is that of HTTPS: advice */
};

struct published_target {
	enum published_rule rule;
	enum found_service service;
	const struct found_listener *listener; /* borrowed; NULL of a domain's rules */
	/* of the setting, the server or the domain; no port: it is none */
	struct endpoint endpoint;
	char *scenario; /* "IMAP external: binding"; owned */
	char *setting;  /* as it is published, or NULL; owned */
};

struct published {
	const struct discover_settings *settings;
	const struct found *found;
	struct published_target *target;
	struct result *result; /* of each target */
	size_t count;
};

/* The targets that the listeners come to. A setting that is none becomes one that fails. */
void published_make(struct published *p, const struct discover_settings *s,
		    const struct found *found);
void published_free(struct published *p);

/* Of RULE_BINDING: whether a list of bindings ("0.0.0.0:993, [::]:993") has one with that port. */
bool published_has_port(const char *bindings, uint16_t port);

/* Whether a setting is published that says just that. */
bool published_has(const struct published *p, enum found_service service, const struct endpoint *e);

/* RULE_SRV and RULE_AUTOCONFIG; returns 0, or -1 with the result's error set. */
int published_test_srv(const struct published *p, const struct published_target *t,
		       struct result *r);
int published_test_autoconfig(const struct published *p, const struct published_target *t,
			      struct result *r);

/* plugin_test_fn; settings are struct published. */
plugin_test_fn published_test;

/* For --what-if: say what would be done, and ask nobody. Returns the exit code. */
int published_plan(const struct plugin *p, const struct discover_settings *s);

/* Test all, and report. Returns the exit code. */
int answer_published(const struct plugin *p, const struct discover_settings *s, const char *source,
		     const struct found *found);

#endif

/* mailbox_plugin.h - the main of the plugins that test a mailbox */
#ifndef MAILFLOW_MAILBOX_PLUGIN_H
#define MAILFLOW_MAILBOX_PLUGIN_H

#include "run/mailbox_plan.h"
#include "run/plugin.h"

struct mailbox_plugin {
	struct plugin plugin;
	const struct service_ports *ports;
	struct mailbox_scenarios scenarios;
	plugin_test_fn *test; /* its settings are an array of struct mailbox_target */
};

/* Everything between main's arguments and its exit code. */
int mailbox_plugin_main(const struct mailbox_plugin *p, int argc, char **argv);

#endif

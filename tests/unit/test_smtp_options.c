/* test_smtp_options.c - the option table of check_smtp_connectors */
int plugin_main(int argc, char **argv);
#define main plugin_main
#include "../../plugins/check_smtp_connectors.c"
#undef main

static struct connector_settings settings;

static void settings_begin(void)
{
	connector_settings_init(&settings);
}

static void settings_end(void)
{
	connector_settings_free(&settings);
}

/* --require and --forbid */
static size_t count_own(const struct option_def *def)
{
	size_t count = 0;

	for (size_t i = 0; i < settings.rules.count; i++)
		count += settings.rules.item[i].forbidden == !strcmp(def->name, "forbid");
	return count;
}

#include "option_table.h"

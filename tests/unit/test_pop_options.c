/* test_pop_options.c - the option table of check_pop_full */
int plugin_main(int argc, char **argv);
#define main plugin_main
#include "../../plugins/check_pop_full.c"
#undef main

static struct mailbox_settings settings;

static void settings_begin(void)
{
	mailbox_settings_init(&settings, "pop", &ports_pop);
}

static void settings_end(void)
{
	mailbox_settings_free(&settings);
}

static size_t count_own(const struct option_def *def)
{
	(void)def;
	return 0;
}

#include "option_table.h"

/* output_settings.c - the options that say how the answer is given, and whether somebody is asked
 * before */
#include <string.h>

#include "config/settings.h"

enum { FORMAT_NAMES_MAX = 200 };

int settings_set_perfdata(void *settings, const struct option_def *def, const char *value,
			  struct err *err)
{
	static const char *const name[] = {
		[PERFDATA_AUTO] = "auto", [PERFDATA_ALL] = "all", [PERFDATA_SUMMARY] = "summary"};
	struct settings *s = settings;

	(void)def;
	for (size_t i = 0; i < sizeof(name) / sizeof(name[0]); i++)
		if (!strcmp(value, name[i])) {
			s->perfdata = (enum report_perfdata)i;
			return 0;
		}
	return err_set(err, ERR_USAGE, "\"%.40s\" is none of auto, all, summary", value);
}

int settings_set_output(void *settings, const struct option_def *def, const char *value,
			struct err *err)
{
	struct settings *s = settings;
	const struct report_format *format = report_find(value);
	struct buf names = BUF_INIT(FORMAT_NAMES_MAX);

	(void)def;
	if (format) {
		s->format = format;
		return format->ready ? format->ready(err) : 0;
	}
	report_names(&names);
	err_set(err, ERR_USAGE, "\"%.40s\" is not a format: %s", value, buf_str(&names));
	buf_free(&names);
	return -1;
}

int settings_set_exit_codes(void *settings, const struct option_def *def, const char *value,
			    struct err *err)
{
	struct settings *s = settings;

	(void)def;
	if (!strcmp(value, "state"))
		s->exit_codes = EXIT_CODES_STATE;
	else if (!strcmp(value, "health"))
		s->exit_codes = EXIT_CODES_HEALTH;
	else
		return err_set(err, ERR_USAGE, "\"%.40s\" is neither state nor health", value);
	return 0;
}

int settings_set_confirm(void *settings, const struct option_def *def, const char *value,
			 struct err *err)
{
	struct settings *s = settings;

	(void)def;
	if (!value || !strcmp(value, "yes"))
		s->asking = ASKING_BEFORE;
	else if (!strcmp(value, "no"))
		s->asking = ASKING_NEVER;
	else
		return err_set(err, ERR_USAGE, "\"%.40s\" is neither yes nor no", value);
	return 0;
}

/* A macro that is not set leaves it empty: that is no. */
int settings_set_monitoring(void *settings, const struct option_def *def, const char *value,
			    struct err *err)
{
	struct settings *s = settings;

	(void)def;
	if (!value || !strcmp(value, "yes"))
		s->monitoring = MONITORING_YES;
	else if (!*value || !strcmp(value, "no"))
		s->monitoring = MONITORING_NO;
	else if (!strcmp(value, "journal"))
		s->monitoring = MONITORING_JOURNAL;
	else
		return err_set(err, ERR_USAGE, "\"%.40s\" is none of no, yes, journal", value);
	return 0;
}

/* provider_section.c - providers by a site's own names */
#include "oauth/provider_section.h"

#include <stdbool.h>
#include <string.h>

#include "base/file.h"
#include "base/ini.h"

enum { FILE_BYTES = 1 << 20 };

struct looking {
	const char *section;
	bool found;
};

const char *provider_section_file(void)
{
	return SYSCONFDIR "/mailflow/oauth.ini";
}

/* ini_fn */
static int look(void *ctx, size_t line, const char *section, const char *key, const char *value,
		struct err *err)
{
	struct looking *l = ctx;

	(void)line, (void)key, (void)value, (void)err;
	l->found = l->found || !strcmp(section, l->section);
	return 0;
}

int provider_section_find(const char *file, const char *section, const struct limit *limit,
			  struct err *err)
{
	struct looking looking = {.section = section};
	int there = file_exists(file, limit, err);

	if (there <= 0)
		return there;
	if (ini_read(file, FILE_BYTES, limit, look, &looking, NULL, err))
		return -1;
	return looking.found;
}

/* extra_opts.c - options from a section of an ini file: which file, and which of its lines (ini.c
 * reads them). */
#include "config/extra_opts.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/ini.h"
#include "base/xalloc.h"

enum {
	FILE_BYTES = 1 << 20,
	SECTION_BYTES = 48, /* no name is longer that monitoring-plugins knows */
	NAMES_BYTES = 120,
};

/* Names and places in monitoring-plugins' order (its documentation of --extra-opts, and
 * lib/parse_ini.c of its version 2.3), so that both suites read the same file. */
static const char *const file_names[] = {
	"monitoring-plugins.ini",
	"plugins.ini",
	"nagios-plugins.ini",
	NULL,
};

static const char *const file_places[] = {
	"/usr/local/etc/monitoring-plugins/monitoring-plugins.ini",
	"/usr/local/etc/monitoring-plugins.ini",
	"/etc/monitoring-plugins/monitoring-plugins.ini",
	"/etc/monitoring-plugins.ini",
	"/etc/nagios/plugins.ini",
	"/usr/local/nagios/etc/plugins.ini",
	"/usr/local/etc/nagios/plugins.ini",
	"/etc/opt/nagios/plugins.ini",
	"/etc/nagios-plugins.ini",
	"/usr/local/etc/nagios-plugins.ini",
	"/etc/opt/nagios-plugins.ini",
	NULL,
};

struct reading {
	const char *path;
	char *section; /* wanted */
	bool found;
	bool others_left_out;
	struct buf others; /* names of sections, as far as there is room: ", [a], [b]" */
	extra_opts_fn *fn;
	void *ctx;
};

static char *find_in_config_path(const struct limit *limit, struct err *err)
{
	const char *dirs = getenv("NAGIOS_CONFIG_PATH");

	while (dirs && *dirs) {
		size_t len = strcspn(dirs, ":");
		for (size_t i = 0; len && file_names[i] && !err->kind; i++) {
			char *path = xasprintf("%.*s/%s", (int)len, dirs, file_names[i]);
			if (file_exists(path, limit, err) > 0)
				return path;
			free(path);
		}
		dirs += len + (dirs[len] == ':');
	}
	return NULL;
}

/* Returns NULL when there is none, also when a file system does not answer: then the error is
 * set. */
static char *find_file(const struct limit *limit, struct err *err)
{
	const char *path = getenv("MP_CONFIG_FILE");

	if (path && *path)
		return xstrdup(path);
	char *found = find_in_config_path(limit, err);
	for (size_t i = 0; !found && file_places[i] && !err->kind; i++)
		if (file_exists(file_places[i], limit, err) > 0)
			found = xstrdup(file_places[i]);
	return found;
}

static void note_other(struct reading *r, const char *section)
{
	size_t len = r->others.len;

	if (buf_printf(&r->others, ", [%s]", section)) {
		r->others.max = len; /* no later one, which would hide that there is this one */
		r->others_left_out = true;
		return;
	}
	const char *same = strstr(buf_str(&r->others), buf_str(&r->others) + len);
	if (same != buf_str(&r->others) + len)
		buf_truncate(&r->others, len);
}

/* ini_fn: the wanted section may be spread over the file, what others hold does not matter */
static int use_line(void *ctx, size_t line, const char *section, const char *key, const char *value,
		    struct err *err)
{
	struct reading *r = ctx;

	(void)line;
	if (strcmp(section, r->section) != 0) {
		if (!key)
			note_other(r, section);
		return 0;
	}
	r->found = true;
	return key ? r->fn(r->ctx, r->path, key, value, err) : 0;
}

static int read_section(struct reading *r, const char *path, const struct limit *limit,
			struct err *err)
{
	r->path = path;
	if (ini_read(path, FILE_BYTES, limit, use_line, r, NULL, err))
		return -1;
	if (!r->found)
		return err_set(err, ERR_USAGE, "%s has no section [%s]%s%s%s", path, r->section,
			       r->others.len ? ", but " : "",
			       r->others.len ? buf_str(&r->others) + strlen(", ") : "",
			       r->others_left_out ? ", ..." : "");
	return 0;
}

int extra_opts_read(const char *spec, const char *section_default, const struct limit *limit,
		    extra_opts_fn *fn, void *ctx, struct err *err)
{
	size_t len = spec ? strcspn(spec, "@") : 0;
	bool is_named = spec && spec[len] == '@';
	char *path = is_named ? xstrdup(spec + len + 1) : find_file(limit, err);
	struct reading r = {
		.section = len ? xstrndup(spec, len) : xstrdup(section_default),
		.others = BUF_INIT(NAMES_BYTES),
		.fn = fn,
		.ctx = ctx,
	};
	int rc = -1;

	if (!path || !*path)
		err_set(err, ERR_USAGE,
			"no ini file: give --extra-opts=[SECTION]@FILE, or set MP_CONFIG_FILE");
	else if (strlen(r.section) > SECTION_BYTES)
		err_set(err, ERR_USAGE, "the section's name is longer than %d bytes",
			SECTION_BYTES);
	else
		rc = read_section(&r, path, limit, err);
	buf_free(&r.others);
	free(r.section);
	free(path);
	return rc;
}

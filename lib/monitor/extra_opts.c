/* extra_opts.c - options from an ini file, parsed by inih.
 *
 * The file is read whole into one buffer, because stdio would leave copies of passwords behind; inih is
 * handed line after line of it, so that errors can name the line. Sets inih's run-time settings, which are
 * global: only to be used before threads are started. */
#include "monitor/extra_opts.h"

#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/text.h"
#include "base/xalloc.h"

enum {
	FILE_BYTES = 1 << 20,
	LINE_BYTES = 8192,   /* a password of 4,096 bytes fits */
	SECTION_BYTES = 48,  /* inih cuts names of sections to 49 bytes */
};

/* Names and places in monitoring-plugins' order (its documentation of --extra-opts, and lib/parse_ini.c of
 * its version 2.3), so that both suites read the same file. */
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
	char *section;      /* wanted */
	bool section_found;
	struct buf text;    /* the whole file */
	size_t next;        /* start of the line that inih gets next */
	size_t line;        /* number of the one it has */
	extra_opts_fn *fn;
	void *ctx;
	struct err *err;
};

static char *find_in_config_path(void)
{
	const char *dirs = getenv("NAGIOS_CONFIG_PATH");

	while (dirs && *dirs) {
		size_t len = strcspn(dirs, ":");
		for (size_t i = 0; len && file_names[i]; i++) {
			char *path = xasprintf("%.*s/%s", (int)len, dirs, file_names[i]);
			if (!access(path, F_OK))
				return path;
			free(path);
		}
		dirs += len + (dirs[len] == ':');
	}
	return NULL;
}

static char *find_file(void)
{
	const char *path = getenv("MP_CONFIG_FILE");
	char *found;

	if (path && *path)
		return xstrdup(path);
	if ((found = find_in_config_path()) != NULL)
		return found;
	for (size_t i = 0; file_places[i]; i++)
		if (!access(file_places[i], F_OK))
			return xstrdup(file_places[i]);
	return NULL;
}

static int read_all(struct reading *r, int fd)
{
	/* all room at once: growing would leave copies of its contents behind */
	if (buf_reserve(&r->text, FILE_BYTES + 1))
		return -1;
	for (;;) {
		ssize_t n = read(fd, r->text.data + r->text.len, FILE_BYTES + 1 - r->text.len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(r->err, ERR_USAGE, "cannot read %s: %s", r->path,
				       text_errno(errno));
		if (n == 0)
			return 0;
		r->text.len += (size_t)n;
		if (r->text.len > FILE_BYTES)
			return err_set(r->err, ERR_USAGE, "%s is larger than %d bytes", r->path,
				       FILE_BYTES);
	}
}

static int read_file(struct reading *r)
{
	bool from_stdin = strcmp(r->path, "-") == 0;
	int fd = from_stdin ? STDIN_FILENO : open(r->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return err_set(r->err, ERR_USAGE, "cannot open %s: %s", r->path, text_errno(errno));
	int rc = read_all(r, fd);
	if (!from_stdin)
		close(fd);
	return rc;
}

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* inih does not trim "[ name ]", monitoring-plugins does. */
static bool same_section(const char *text, size_t len, const char *section)
{
	while (len && is_blank(text[0]))
		text++, len--;
	while (len && is_blank(text[len - 1]))
		len--;
	return len == strlen(section) && memcmp(text, section, len) == 0;
}

/* inih says nothing of a section without keys, so look whether this line begins the wanted one. */
static void note_section(struct reading *r, const char *line)
{
	while (is_blank(*line))
		line++;
	if (*line == '[' && same_section(line + 1, strcspn(line + 1, "]"), r->section))
		r->section_found = true;
}

/* inih's reader, with the contract of fgets: hands out the next line. Wipes the one before, so that nothing
 * of the file is left on the stack. Says that the file has ended when there is an error. */
static char *next_line(char *line, int size, void *ctx)
{
	struct reading *r = ctx;
	const char *start = r->text.data + r->next;
	size_t left = r->text.len - r->next;

	explicit_bzero(line, (size_t)size);
	if (r->line == 0 && left >= 3 && memcmp(start, "\xef\xbb\xbf", 3) == 0) {
		r->next += 3;
		start += 3;
		left -= 3;
	}
	if (!left || r->err->kind != ERR_NONE)
		return NULL;
	const char *lf = memchr(start, '\n', left);
	size_t len = lf ? (size_t)(lf - start) : left;

	r->line++;
	r->next += len + (lf != NULL);
	if (len >= (size_t)size - 1) {
		err_set(r->err, ERR_USAGE, "%s line %zu: longer than %d bytes", r->path, r->line,
			LINE_BYTES);
		return NULL;
	}
	if (memchr(start, '\0', len)) {
		err_set(r->err, ERR_USAGE, "%s line %zu: NUL byte", r->path, r->line);
		return NULL;
	}
	memcpy(line, start, len);
	line[len] = '\0';
	note_section(r, line);
	return line;
}

/* inih's handler */
static int use_key(void *ctx, const char *section, const char *key, const char *value)
{
	struct reading *r = ctx;

	if (r->err->kind != ERR_NONE)
		return 1;
	if (!*section)
		err_set(r->err, ERR_USAGE, "no [section] before it");
	else if (!same_section(section, strlen(section), r->section))
		return 1;
	else if (!*key)
		err_set(r->err, ERR_USAGE, "no name before '='");
	else
		r->fn(r->ctx, key, value, r->err);
	if (r->err->kind != ERR_NONE)
		err_prefix(r->err, "%s line %zu: ", r->path, r->line);
	return 1;
}

static int parse(struct reading *r)
{
	/* values are literal, and a line is a line, as in monitoring-plugins */
	ini_allow_inline_comments = false;
	ini_allow_multiline = false;
	ini_allow_no_value = true;
	ini_use_stack = true;
	ini_max_line = LINE_BYTES + 2;
	int bad_line = ini_parse_stream(next_line, r, use_key, r);

	if (r->err->kind != ERR_NONE)
		return -1;
	if (bad_line)
		return err_set(r->err, ERR_USAGE,
			       "%s line %d: neither [section] nor name = value nor comment", r->path,
			       bad_line);
	if (!r->section_found)
		return err_set(r->err, ERR_USAGE, "%s has no section [%s]", r->path, r->section);
	return 0;
}

int extra_opts_read(const char *spec, const char *section_default, extra_opts_fn *fn, void *ctx,
		    struct err *err)
{
	size_t len = spec ? strcspn(spec, "@") : 0;
	char *path = spec && spec[len] == '@' ? xstrdup(spec + len + 1) : find_file();
	struct reading r = {
		.path = path,
		.section = len ? xstrndup(spec, len) : xstrdup(section_default),
		/* one more than allowed, to see that there is more */
		.text = BUF_INIT(FILE_BYTES + 1),
		.fn = fn,
		.ctx = ctx,
		.err = err,
	};
	int rc = -1;

	if (!path || !*path)
		err_set(err, ERR_USAGE,
			"no ini file: give --extra-opts=[SECTION]@FILE, or set MP_CONFIG_FILE");
	else if (strlen(r.section) > SECTION_BYTES)
		err_set(err, ERR_USAGE, "the section's name is longer than %d bytes", SECTION_BYTES);
	else
		rc = read_file(&r) || parse(&r) ? -1 : 0;
	if (r.text.data)
		explicit_bzero(r.text.data, r.text.len);
	buf_free(&r.text);
	free(r.section);
	free(path);
	return rc;
}

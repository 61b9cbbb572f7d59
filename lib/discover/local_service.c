/* local_service.c - whether systemd runs a service, and starts it with the machine */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/child.h"
#include "base/span.h"
#include "base/xalloc.h"
#include "discover/local.h"

enum { OUTPUT_MAX = 64 << 10 };

struct unit {
	struct span load, active, file;
};

/* "LoadState=loaded", "ActiveState=active", "UnitFileState=enabled", a line each */
static struct unit read_unit(const struct buf *out)
{
	struct span rest = {buf_str(out), out->len}, line;
	struct unit u = {0};

	while (span_next(&rest, '\n', &line)) {
		struct span name = span_cut(&line, '=');
		if (span_is(name, "LoadState"))
			u.load = line;
		else if (span_is(name, "ActiveState"))
			u.active = line;
		else if (span_is(name, "UnitFileState"))
			u.file = line;
	}
	return u;
}

/* Whether something else starts it: a unit that is generated, or wanted by another one. */
static bool is_started(struct span state)
{
	static const char *const words[] = {"enabled",   "enabled-runtime", "static",
					    "generated", "alias",           "indirect"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (span_is(state, words[i]))
			return true;
	return !state.len;
}

/* Returns whether there is such a unit. */
static bool note_unit(struct local *l, const char *systemctl, const char *unit)
{
	char *const argv[] = {(char *)(uintptr_t)systemctl, (char *)(uintptr_t) "show",
			      (char *)(uintptr_t) "--property=LoadState,ActiveState,UnitFileState",
			      (char *)(uintptr_t)unit, NULL};
	struct buf out;
	struct err err = {0}; /* no systemd to ask: nothing is known */

	if (child_output(argv, OUTPUT_MAX, l->until_us, &out, &err))
		return false;
	struct unit u = read_unit(&out);
	bool there = span_is(u.load, "loaded");
	if (there && !span_is(u.active, "active"))
		found_note(l->found, "%s is not running (%.*s)", unit, (int)u.active.len,
			   u.active.at);
	if (there && !is_started(u.file))
		found_note(l->found, "%s is not started with the machine (%.*s)", unit,
			   (int)u.file.len, u.file.at);
	buf_free(&out);
	return there;
}

void local_service_note(struct local *l, const char *const *units)
{
	char *systemctl = access("/run/systemd/system", F_OK) == 0 && !l->settings->config_dir
				  ? local_find_program("systemctl")
				  : NULL;

	while (systemctl && *units && !note_unit(l, systemctl, *units))
		units++;
	free(systemctl);
}

/* local_service.c - whether systemd runs a service, and starts it with the machine */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/child.h"
#include "base/span.h"
#include "base/xalloc.h"
#include "discover/local.h"

enum { OUTPUT_MAX = 64 << 10 };

/* What systemd says of a unit. */
struct unit {
	struct buf text; /* what all others point into */
	struct span id, load, active, file, wanted_by, triggered_by;
};

/* "LoadState=loaded", "ActiveState=active", "UnitFileState=enabled", a line each */
static void read_unit(struct unit *u)
{
	const struct {
		const char *name;
		struct span *value;
	} properties[] = {
		{"Id", &u->id},
		{"LoadState", &u->load},
		{"ActiveState", &u->active},
		{"UnitFileState", &u->file},
		{"WantedBy", &u->wanted_by},
		{"TriggeredBy", &u->triggered_by},
	};
	struct span rest = {buf_str(&u->text), u->text.len}, line;

	while (span_next(&rest, '\n', &line)) {
		struct span name = span_cut(&line, '=');
		for (size_t i = 0; i < sizeof(properties) / sizeof(properties[0]); i++)
			if (span_is(name, properties[i].name))
				*properties[i].value = line;
	}
}

/* Where there is no systemd to ask nothing is known. buf_free(&u->text) is to be called. */
static void ask(const struct local *l, const char *systemctl, const char *unit, struct unit *u)
{
	static const char properties[] =
		"--property=Id,LoadState,ActiveState,UnitFileState,WantedBy,TriggeredBy";
	char *const argv[] = {(char *)(uintptr_t)systemctl, (char *)(uintptr_t) "show",
			      (char *)(uintptr_t)properties, (char *)(uintptr_t)unit, NULL};
	struct err err = {0};

	*u = (struct unit){0};
	if (child_output(argv, OUTPUT_MAX, l->until_us, &u->text, &err) == 0)
		read_unit(u);
}

static bool is_running(const struct unit *u)
{
	return span_is(u->active, "active") || span_is(u->active, "reloading");
}

/* Whether something starts it with the machine: it is enabled, or another unit wants it. One that
 * is generated of a script in init.d is so only where a link in rc.d says so. */
static bool is_started(const struct unit *u)
{
	static const char *const words[] = {"enabled", "enabled-runtime", "static", "alias",
					    "indirect"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (span_is(u->file, words[i]))
			return true;
	return !u->file.len || (span_is(u->file, "generated") && u->wanted_by.len);
}

static void note_not_started(struct local *l, const struct unit *u)
{
	if (!is_started(u))
		found_note(l->found, "%.*s is not started with the machine (%.*s)", (int)u->id.len,
			   u->id.at, (int)u->file.len, u->file.at);
}

/* A socket of systemd's own that starts it when somebody connects; returns whether that is there,
 * and listens. */
static bool note_socket(struct local *l, const char *systemctl, const struct unit *u)
{
	struct span rest = u->triggered_by;
	struct unit socket;

	if (!rest.len)
		return false;
	struct span first = span_next_word(&rest);
	char *name = xstrndup(first.at, first.len);
	ask(l, systemctl, name, &socket);
	bool listens = is_running(&socket);
	if (listens)
		note_not_started(l, &socket);
	buf_free(&socket.text);
	free(name);
	return listens;
}

static void note_state(struct local *l, const char *systemctl, const struct unit *u)
{
	if (!is_running(u) && note_socket(l, systemctl, u))
		return;
	if (!is_running(u))
		found_note(l->found, "%.*s is not running (%.*s)", (int)u->id.len, u->id.at,
			   (int)u->active.len, u->active.at);
	note_not_started(l, u);
}

/* One that goes by another name is looked at by that. */
static void note_unit(struct local *l, const char *systemctl, const char *name)
{
	struct unit u;

	ask(l, systemctl, name, &u);
	if (span_is(u.load, "masked"))
		found_note(l->found, "%s is masked: nothing can start it", name);
	else if (span_is(u.load, "loaded") && span_is(u.id, name))
		note_state(l, systemctl, &u);
	buf_free(&u.text);
}

void local_service_note(struct local *l, const char *const *units)
{
	char *systemctl = access("/run/systemd/system", F_OK) == 0 && !l->settings->config_dir
				  ? local_find_program("systemctl")
				  : NULL;

	for (; systemctl && *units; units++)
		note_unit(l, systemctl, *units);
	free(systemctl);
}

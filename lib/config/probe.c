/* probe.c - how far the test goes, by the name of a probe */
#include "config/probe.h"

#include "base/span.h"
#include "config/back_ends.h"
#include "config/mailbox_settings.h"

static const struct {
	const char *name;
	enum light light;
} probes[] = {
	[PROBE_SELF] = {"self", LIGHT_GREETING},
	[PROBE_PROXY] = {"proxy", LIGHT_LOGON},
	[PROBE_DEEP] = {"deep", LIGHT_MAILBOX},
	[PROBE_CTP] = {"ctp", LIGHT_OFF},
};

enum { PROBES = sizeof(probes) / sizeof(probes[0]) };

int mailbox_settings_set_probe(void *settings, const struct option_def *def, const char *value,
			       struct err *err)
{
	struct mailbox_settings *m = settings;

	(void)def;
	for (size_t i = PROBE_NONE + 1; i < PROBES; i++)
		if (span_is(span_of(value), probes[i].name)) {
			m->probe = (enum probe)i;
			return 0;
		}
	return err_set(err, ERR_USAGE, "\"%.40s\" is none of self, proxy, deep, ctp", value);
}

static int check_self(const struct mailbox_settings *m, struct err *err)
{
	if (mailbox_settings_lists(m))
		return err_set(err, ERR_USAGE, "--probe=self logs nobody on: --%s cannot be right",
			       m->discovered ? "discover of mailboxes" : "accounts");
	if (m->back_ends.count)
		return err_set(
			err, ERR_USAGE,
			"--probe=self is of the front end alone: --back-end cannot be right");
	return 0;
}

int probe_apply(struct mailbox_settings *m, struct err *err)
{
	enum light light = probes[m->probe].light;

	if (m->probe == PROBE_NONE)
		return 0;
	if (m->light != LIGHT_OFF && m->light != light)
		return err_set(err, ERR_USAGE, "--probe=%s and --light%s: only one can be right",
			       probes[m->probe].name, m->light == LIGHT_MAILBOX ? "=mailbox" : "");
	m->light = light;
	if (m->probe == PROBE_SELF)
		return check_self(m, err);
	if (m->probe == PROBE_DEEP && !m->back_ends.count && !m->accounts_file &&
	    !back_ends_are_known(m))
		return err_set(err, ERR_USAGE,
			       "--probe=deep needs --back-end=ENDPOINT, which it goes straight to");
	return 0;
}

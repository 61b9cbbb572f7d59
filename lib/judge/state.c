/* state.c - the plugin states: names, order, and which of them a kind of error leads to */
#include "judge/state.h"

#include <string.h>

#include "base/text.h"

static const struct {
	const char *name, *word;
} names[STATES] = {
	[STATE_OK] = {"OK", "ok"},
	[STATE_WARNING] = {"WARNING", "warning"},
	[STATE_CRITICAL] = {"CRITICAL", "critical"},
	[STATE_UNKNOWN] = {"UNKNOWN", "unknown"},
};

const enum state states_worst_first[STATES] = {STATE_CRITICAL, STATE_WARNING, STATE_UNKNOWN,
					       STATE_OK};

const char *state_name(enum state s)
{
	return names[s].name;
}

const char *state_word(enum state s)
{
	return names[s].word;
}

int state_parse(const char *text, enum state *state_r)
{
	size_t len = strlen(text);

	for (int i = 0; i < STATES; i++) {
		if (text_equal_nocase(text, len, names[i].name) ||
		    (len == 1 && text[0] == '0' + i)) {
			*state_r = (enum state)i;
			return 0;
		}
	}
	return -1;
}

enum state state_worst(enum state a, enum state b)
{
	size_t i = 0;

	while (states_worst_first[i] != a && states_worst_first[i] != b)
		i++;
	return states_worst_first[i];
}

/* Every kind by its name, as in connector_status.c: the compiler tells of one that is missing. */
enum state state_of_error(enum err_kind kind)
{
	switch (kind) {
	case ERR_NONE:
		return STATE_OK;
	case ERR_USAGE:
	case ERR_LOCAL:
	case ERR_UNTESTED:
	case ERR_ENDED:
		return STATE_UNKNOWN;
	case ERR_TRANSIENT:
	case ERR_THROTTLED:
		return STATE_WARNING;
	case ERR_NAME:
	case ERR_CONNECT:
	case ERR_TIMEOUT:
	case ERR_RUN_TIMEOUT:
	case ERR_CLOSED:
	case ERR_TLS:
	case ERR_CERTIFICATE:
	case ERR_AUTH:
	case ERR_REFUSED:
	case ERR_PROTOCOL:
	case ERR_DELIVERY:
	case ERR_MISPLACED:
		break;
	}
	return STATE_CRITICAL;
}

/* state.c - the plugin states, their order, and the one table from kinds of error to states */
#include "judge/state.h"

#include <string.h>

#include "base/text.h"

static const char *const name[] = {
	[STATE_OK] = "OK",
	[STATE_WARNING] = "WARNING",
	[STATE_CRITICAL] = "CRITICAL",
	[STATE_UNKNOWN] = "UNKNOWN",
};

enum { STATES = sizeof(name) / sizeof(name[0]) };

const char *state_name(enum state s)
{
	return (unsigned int)s < STATES ? name[s] : name[STATE_UNKNOWN];
}

int state_parse(const char *text, enum state *state_r)
{
	size_t len = strlen(text);

	for (int i = 0; i < STATES; i++) {
		if (text_equal_nocase(text, len, name[i]) || (len == 1 && text[0] == '0' + i)) {
			*state_r = (enum state)i;
			return 0;
		}
	}
	return -1;
}

enum state state_worst(enum state a, enum state b)
{
	static const int rank[] = {
		[STATE_OK] = 0,
		[STATE_UNKNOWN] = 1,
		[STATE_WARNING] = 2,
		[STATE_CRITICAL] = 3,
	};

	return rank[a] >= rank[b] ? a : b;
}

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
		break;
	}
	return STATE_CRITICAL;
}

/* outcome.c - what came of a target's test, by a number and a severity */
#include "judge/outcome.h"

/* Every kind by its name, as in state.c: the compiler tells of one that is missing. */
static unsigned int id_of_error(enum err_kind kind)
{
	switch (kind) {
	case ERR_NONE:
		break;
	case ERR_USAGE:
		return 1101;
	case ERR_LOCAL:
		return 1102;
	case ERR_NAME:
		return 1103;
	case ERR_CONNECT:
		return 1104;
	case ERR_TIMEOUT:
		return 1105;
	case ERR_RUN_TIMEOUT:
		return 1106;
	case ERR_UNTESTED:
		return 1107;
	case ERR_CLOSED:
		return 1108;
	case ERR_TLS:
		return 1109;
	case ERR_CERTIFICATE:
		return 1110;
	case ERR_AUTH:
		return 1111;
	case ERR_TRANSIENT:
		return 1112;
	case ERR_THROTTLED:
		return 1113;
	case ERR_REFUSED:
		return 1114;
	case ERR_PROTOCOL:
		return 1115;
	case ERR_DELIVERY:
		return 1116;
	case ERR_MISPLACED:
		return 1117;
	case ERR_ENDED:
		return 1118;
	}
	return OUTCOME_SUCCESS;
}

unsigned int outcome_id(const struct result *t)
{
	if (t->err.kind != ERR_NONE)
		return id_of_error(t->err.kind);
	if (t->skipped)
		return OUTCOME_SKIPPED;
	if (t->state == STATE_OK)
		return OUTCOME_SUCCESS;
	return t->state == STATE_WARNING ? OUTCOME_WARNING : OUTCOME_CRITICAL;
}

const char *outcome_severity(enum state state)
{
	static const char *const name[STATES] = {
		[STATE_OK] = "Information",
		[STATE_WARNING] = "Warning",
		[STATE_CRITICAL] = "Error",
		[STATE_UNKNOWN] = "Warning",
	};

	return name[state];
}

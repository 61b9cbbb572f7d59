/* connector_status.c - from errors to the status codes of a connector's test */
#include "judge/connector_status.h"

#include <stdbool.h>
#include <string.h>

const char *connector_status_name(enum connector_status status)
{
	static const char *const name[CONNECTOR_STATUSES] = {
		[STATUS_SUCCESS] = "Success",           [STATUS_UNABLE] = "Unable to connect",
		[STATUS_TRANSIENT] = "Transient error", [STATUS_PERMANENT] = "Permanent error",
		[STATUS_EXTERNAL] = "External error",
	};

	return name[status];
}

static bool greeted(const struct timeline *tl)
{
	const struct timeline_step *s = timeline_find(tl, "smtp_greeting");

	return s && s->outcome == STEP_OK;
}

/* A step that never began, and a resolver that does not answer, say nothing about the server. */
static bool is_ours(const struct err *err)
{
	return !err->step[0] || !strcmp(err->step, "smtp_resolve");
}

/* Every kind by its name, as in state.c: the compiler tells of one that is missing. */
enum connector_status connector_status_of(const struct err *err, const struct timeline *tl)
{
	switch (err->kind) {
	case ERR_NONE:
		return STATUS_SUCCESS;
	case ERR_USAGE:
	case ERR_LOCAL:
	case ERR_UNTESTED:
	case ERR_ENDED:
		return STATUS_EXTERNAL;
	case ERR_NAME:
	case ERR_CONNECT:
		return STATUS_UNABLE;
	case ERR_TIMEOUT:
	case ERR_RUN_TIMEOUT:
		if (is_ours(err))
			return STATUS_EXTERNAL;
		return greeted(tl) ? STATUS_PERMANENT : STATUS_UNABLE;
	case ERR_CLOSED:
		return greeted(tl) ? STATUS_PERMANENT : STATUS_UNABLE;
	case ERR_TRANSIENT:
	case ERR_THROTTLED:
		return STATUS_TRANSIENT;
	case ERR_TLS:
	case ERR_CERTIFICATE:
	case ERR_AUTH:
	case ERR_REFUSED:
	case ERR_PROTOCOL:
	case ERR_DELIVERY:
	case ERR_MISPLACED:
		break;
	}
	return STATUS_PERMANENT;
}

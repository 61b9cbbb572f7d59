/* err.c - record the first error of a run; formatting is bounded, server text is never a format */
#include "base/err.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum { WHOLE_MAX = 4096 + 512 }; /* with the longest path in it */

int err_set(struct err *e, enum err_kind kind, const char *fmt, ...)
{
	va_list ap;

	if (e->kind != ERR_NONE)
		return -1;
	char whole[WHOLE_MAX];

	e->kind = kind;
	va_start(ap, fmt);
	vsnprintf(whole, sizeof(whole), fmt, ap);
	va_end(ap);
	text_cut_middle(e->text, sizeof(e->text), whole);
	return -1;
}

int err_set_server(struct err *e, enum err_kind kind, const char *prefix, const char *words,
		   size_t len)
{
	enum { WORDS_MAX = 240 };
	const char *dots = len > WORDS_MAX ? "..." : "";

	if (len > WORDS_MAX)
		len = WORDS_MAX;
	return err_set(e, kind, "%s%s\"%.*s%s\"", prefix, *prefix ? " " : "", (int)len, words,
		       dots);
}

const char *err_id(const struct err *e)
{
	static const char *const ids[] = {
		[ERR_NONE] = "",
		[ERR_USAGE] = "wrong-usage",
		[ERR_LOCAL] = "not-tested",
		[ERR_NAME] = "no-such-name",
		[ERR_CONNECT] = "connect-failed",
		[ERR_TIMEOUT] = "time-limit-connection",
		[ERR_RUN_TIMEOUT] = "time-limit-run",
		[ERR_UNTESTED] = "not-tested-in-time",
		[ERR_CLOSED] = "connection-closed",
		[ERR_TLS] = "tls-failed",
		[ERR_CERTIFICATE] = "certificate-not-accepted",
		[ERR_AUTH] = "logon-refused",
		[ERR_TRANSIENT] = "refused-for-now",
		[ERR_THROTTLED] = "throttled",
		[ERR_REFUSED] = "refused",
		[ERR_PROTOCOL] = "protocol-violated",
		[ERR_DELIVERY] = "not-delivered",
		[ERR_MISPLACED] = "in-another-folder",
		[ERR_ENDED] = "ended-by-signal",
	};

	return e->id ? e->id : ids[e->kind];
}

int err_fault(struct err *e, const char *id)
{
	if (e->kind != ERR_NONE)
		e->id = id;
	return -1;
}

const char *err_kind_name(enum err_kind kind)
{
	static const char *const names[] = {
		[ERR_NONE] = "",
		[ERR_USAGE] = "usage",
		[ERR_LOCAL] = "local",
		[ERR_NAME] = "name",
		[ERR_CONNECT] = "connect",
		[ERR_TIMEOUT] = "timeout",
		[ERR_RUN_TIMEOUT] = "run_timeout",
		[ERR_UNTESTED] = "untested",
		[ERR_CLOSED] = "closed",
		[ERR_TLS] = "tls",
		[ERR_CERTIFICATE] = "certificate",
		[ERR_AUTH] = "auth",
		[ERR_TRANSIENT] = "transient",
		[ERR_THROTTLED] = "throttled",
		[ERR_REFUSED] = "refused",
		[ERR_PROTOCOL] = "protocol",
		[ERR_DELIVERY] = "delivery",
		[ERR_MISPLACED] = "misplaced",
		[ERR_ENDED] = "ended",
	};

	return names[kind];
}

bool err_is_timeout(enum err_kind kind)
{
	return kind == ERR_TIMEOUT || kind == ERR_RUN_TIMEOUT || kind == ERR_UNTESTED;
}

int err_prefix(struct err *e, const char *fmt, ...)
{
	char whole[WHOLE_MAX + sizeof(e->text)];
	va_list ap;

	if (e->kind == ERR_NONE)
		return -1;
	va_start(ap, fmt);
	vsnprintf(whole, WHOLE_MAX, fmt, ap);
	va_end(ap);
	memcpy(whole + strlen(whole), e->text, strlen(e->text) + 1);
	text_cut_middle(e->text, sizeof(e->text), whole);
	return -1;
}

void err_hint(struct err *e, const char *fmt, ...)
{
	va_list ap;

	if (e->kind == ERR_NONE || e->hint[0])
		return;
	va_start(ap, fmt);
	vsnprintf(e->hint, sizeof(e->hint), fmt, ap);
	va_end(ap);
}

void err_advise(struct err *e, const struct hint *hint)
{
	if (!hint || e->kind == ERR_NONE)
		return;
	if (!e->id)
		e->id = hint->id;
	if (!e->hint[0])
		snprintf(e->hint, sizeof(e->hint), "%s", hint->text);
}

void err_unhint(struct err *e)
{
	e->hint[0] = '\0';
	e->id = NULL;
}

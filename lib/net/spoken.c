/* spoken.c - what is spoken on a port, by the first bytes */
#include "net/spoken.h"

#include "base/text.h"
#include "net/net_hint.h"

bool spoken_is_tls(const char *bytes, size_t len)
{
	enum { CHANGE_CIPHER_SPEC = 20, HEARTBEAT = 24, MAJOR = 3, MINOR_MAX = 4 };

	return (len < 1 || (bytes[0] >= CHANGE_CIPHER_SPEC && bytes[0] <= HEARTBEAT)) &&
	       (len < 2 || bytes[1] == MAJOR) &&
	       (len < 3 || (bytes[2] >= 0 && bytes[2] <= MINOR_MAX));
}

/* RFC 5321 section 4.2: 220 and a blank or hyphen; 421 and 554 greet, too. */
static bool is_smtp_reply(const char *bytes, size_t len)
{
	if (len < 4 || (bytes[3] != ' ' && bytes[3] != '-'))
		return false;
	for (size_t i = 0; i < 3; i++)
		if (bytes[i] < '0' || bytes[i] > '9')
			return false;
	return true;
}

static const struct hint *hint_of_start(const char *bytes, size_t len)
{
	static const struct {
		const char *start;
		enum net_fault what;
	} others[] = {
		{"HTTP/", NET_WEB_PORT},
		{"<", NET_WEB_PORT},
		{"SSH-", NET_SSH_PORT},
	};

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (text_starts_nocase(bytes, len, others[i].start))
			return &net_hints[others[i].what];
	return NULL;
}

static bool is_mail_greeting(const char *bytes, size_t len)
{
	static const char *const greetings[] = {"* OK", "* PREAUTH", "* BYE", "+OK", "-ERR"};

	for (size_t i = 0; i < sizeof(greetings) / sizeof(greetings[0]); i++)
		if (text_starts_nocase(bytes, len, greetings[i]))
			return true;
	return is_smtp_reply(bytes, len);
}

const struct hint *spoken_hint(const char *bytes, size_t len)
{
	const struct hint *hint = hint_of_start(bytes, len);

	if (is_mail_greeting(bytes, len))
		return &net_hints[NET_PLAIN_PORT];
	return hint ? hint : &net_hints[NET_NO_TLS_PORT];
}

const struct hint *spoken_other_hint(const char *bytes, size_t len)
{
	const struct hint *hint = hint_of_start(bytes, len);

	return !hint && is_mail_greeting(bytes, len) ? &net_hints[NET_OTHER_PORT] : hint;
}

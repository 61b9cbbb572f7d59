/* noise.c - what in a server's words tells nothing, and makes room where room is short */
#include "report/noise.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Each tells how long what begins here is, if it is noise, else 0. */
typedef size_t noise_fn(const char *at);

static size_t starts(const char *at, const char *with)
{
	size_t len = strlen(with);

	return strncmp(at, with, len) == 0 ? len : 0;
}

/* "<probe@example.org>: " and sendmail's "<probe@example.org>... " */
static size_t echoed_address(const char *at)
{
	if (*at != '<')
		return 0;
	size_t len = strcspn(at + 1, "<> \"") + 1;
	if (at[len] != '>' || !memchr(at, '@', len))
		return 0;
	len++;
	size_t mark = starts(at + len, ": ") + starts(at + len, "... ");
	return mark ? len + mark : 0;
}

static size_t rejected_recipient(const char *at)
{
	size_t len = starts(at, "Recipient address rejected: ");

	return len && at[len] && at[len] != '"' ? len : 0;
}

/* " (0.001 + 0.000 secs)", or with a third time */
static size_t dovecots_times(const char *at)
{
	size_t begin = starts(at, " (");
	size_t len = begin ? begin + strspn(at + begin, "0123456789.+ ") : 0;
	size_t end = len > begin ? starts(at + len, "secs)") : 0;

	return end && memchr(at, '+', len) ? len + end : 0;
}

static size_t named_host(const char *at)
{
	size_t begin = starts(at, " [mail:");
	size_t len = begin ? begin + strcspn(at + begin, "]\"") : 0;

	return begin && at[len] == ']' ? len + 1 : 0;
}

/* "host name mail.example.org " before what is wrong with it: it stands in front already */
static size_t named_twice(const char *at)
{
	size_t begin = starts(at, "host name ");
	size_t len = begin + strcspn(at + begin, " ");
	bool told = starts(at + len, " does not exist") || starts(at + len, " has no");

	return begin && told ? len + 1 : 0;
}

/* " for host name mail.example.org", of the resolver */
static size_t asked_for(const char *at)
{
	size_t begin = starts(at, " for host name ");
	size_t len = begin + strcspn(at + begin, ": \"");

	return begin && (!at[len] || starts(at + len, ": ")) ? len : 0;
}

static size_t noise_len(const char *at)
{
	static noise_fn *const noises[] = {echoed_address, rejected_recipient, dovecots_times,
					   named_host,     named_twice,        asked_for};

	for (size_t i = 0; i < sizeof(noises) / sizeof(noises[0]); i++) {
		size_t len = noises[i](at);
		if (len)
			return len;
	}
	return 0;
}

void noise_leave_out(char *text)
{
	char *to = text;

	for (const char *at = text; *at;) {
		size_t len = noise_len(at);
		if (len)
			at += len;
		else
			*to++ = *at++;
	}
	*to = '\0';
}

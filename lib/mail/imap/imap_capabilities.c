/* imap_capabilities.c - what an IMAP server says that it can do (RFC 3501 section 7.2.1) */
#include <stddef.h>
#include <string.h>

#include "base/text.h"
#include "mail/imap/imap_parse.h"

/* The list is blank-separated; name is in upper case, as it is. */
static bool is_listed(const char *list, const char *name, size_t len)
{
	for (const char *p = list, *end; *p; p = *end ? end + 1 : end) {
		end = strchrnul(p, ' ');
		if ((size_t)(end - p) == len && !memcmp(p, name, len))
			return true;
	}
	return false;
}

static void add_mechanism(struct imap_capabilities *caps, const char *name, size_t len)
{
	char upper[sizeof(caps->mechanisms)];
	size_t used = strlen(caps->mechanisms);

	if (!len || used + len + 2 > sizeof(upper))
		return;
	for (size_t i = 0; i < len; i++)
		upper[i] = name[i] >= 'a' && name[i] <= 'z' ? (char)(name[i] - 32) : name[i];
	if (is_listed(caps->mechanisms, upper, len))
		return;
	if (used)
		caps->mechanisms[used++] = ' ';
	memcpy(caps->mechanisms + used, upper, len);
	caps->mechanisms[used + len] = '\0';
}

static void add_word(struct imap_capabilities *caps, const char *word, size_t len)
{
	static const struct {
		const char *name;
		size_t flag;
	} known[] = {
		{"IMAP4rev1", offsetof(struct imap_capabilities, imap4rev1)},
		{"IMAP4rev2", offsetof(struct imap_capabilities, imap4rev2)},
		{"STARTTLS", offsetof(struct imap_capabilities, starttls)},
		{"LOGINDISABLED", offsetof(struct imap_capabilities, logindisabled)},
		{"SASL-IR", offsetof(struct imap_capabilities, sasl_ir)},
		{"IDLE", offsetof(struct imap_capabilities, idle)},
		{"UIDPLUS", offsetof(struct imap_capabilities, uidplus)},
		{"ID", offsetof(struct imap_capabilities, id)},
	};

	if (text_starts_nocase(word, len, "AUTH="))
		add_mechanism(caps, word + strlen("AUTH="), len - strlen("AUTH="));
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (text_equal_nocase(word, len, known[i].name))
			*(bool *)((char *)caps + known[i].flag) = true;
}

void imap_parse_capabilities(const char *text, size_t len, struct imap_capabilities *caps)
{
	const char *end = text + len;

	caps->known = true;
	while (text < end) {
		const char *blank = memchr(text, ' ', (size_t)(end - text));
		size_t word = (size_t)((blank ? blank : end) - text);
		add_word(caps, text, word);
		text += word + (blank != NULL);
	}
}

/* imap_capabilities.c - what an IMAP server says that it can do (RFC 3501 section 7.2.1) */
#include <string.h>

#include "mail/imap/imap_parse.h"

static void add_word(struct imap_capabilities *caps, struct span word)
{
	const struct {
		const char *name;
		bool *flag;
	} known[] = {
		{"STARTTLS", &caps->starttls},
		{"LOGINDISABLED", &caps->logindisabled},
		{"SASL-IR", &caps->sasl_ir},
		{"IDLE", &caps->idle},
		{"UIDPLUS", &caps->uidplus},
		{"ID", &caps->id},
		{"MOVE", &caps->move},
		{"QUOTA", &caps->quota},
		{"X-GM-EXT-1", &caps->gmail},
		{"SPECIAL-USE", &caps->special_use},
		{"LIST-EXTENDED", &caps->list_extended},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (span_is(word, known[i].name))
			*known[i].flag = true;
	if (span_starts(word, "AUTH=")) {
		span_skip(&word, strlen("AUTH="));
		sasl_add_mechanism(caps->mechanisms, word);
	}
}

void imap_parse_capabilities(struct span list, struct imap_capabilities *caps)
{
	caps->known = true;
	while (list.len)
		add_word(caps, span_cut(&list, ' '));
}

/* imap_list.c - LIST responses taken apart, and folders known by what they are for. Touches no
 * socket. */
#include "mail/imap/imap_list.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "mail/imap/imap_token.h"

/* How servers and clients without RFC 6154 call them, Exchange in the language of the mailbox. */
static const struct {
	const char *use, *name;
} usual[] = {
	{"\\Junk", "Junk"},
	{"\\Junk", "Spam"},
	{"\\Junk", "Junk E-Mail"},
	{"\\Junk", "Junk Email"},
	{"\\Junk", "Junk Mail"},
	{"\\Junk", "Bulk Mail"},
	{"\\Junk", "Junk-E-Mail"},
	{"\\Junk", "Courrier ind&AOk-sirable"},
	{"\\Junk", "Correo no deseado"},
	{"\\Junk", "Posta indesiderata"},
	{"\\Junk", "Ongewenste e-mail"},
	{"\\Sent", "Sent"},
	{"\\Sent", "Sent Items"},
	{"\\Sent", "Sent Mail"},
	{"\\Sent", "Sent Messages"},
	{"\\Sent", "Gesendete Elemente"},
	{"\\Sent", "&AMk-l&AOk-ments envoy&AOk-s"},
	{"\\Sent", "Elementos enviados"},
	{"\\Sent", "Posta inviata"},
	{"\\Trash", "Trash"},
	{"\\Trash", "Deleted Items"},
	{"\\Trash", "Deleted Messages"},
	{"\\Trash", "Gel&APY-schte Elemente"},
};

/* Where they lie: at the top, or within these. */
static const char *const parents[] = {"", "INBOX", "[Gmail]", "[Google Mail]"};

static int take_attributes(struct span *s, struct span *attributes_r)
{
	struct span list, value;

	*s = span_trim(*s);
	list = *s;
	if (imap_take_value(s, &value) != IMAP_TOKEN_OPEN)
		return -1;
	list.len -= s->len;
	*attributes_r = (struct span){list.at + 1, list.len - 2};
	return 0;
}

static int take_delimiter(struct span *s, char *delimiter_r)
{
	struct span token;
	enum imap_token_kind kind = imap_next_token(s, &token);

	if (kind == IMAP_TOKEN_ATOM && span_is(token, "NIL")) {
		*delimiter_r = '\0';
		return 0;
	}
	if (kind != IMAP_TOKEN_STRING || !token.len)
		return -1;
	*delimiter_r = token.at[token.len - 1]; /* a backslash stands behind another */
	return 0;
}

int imap_parse_list(struct span rest, struct imap_folder *folder_r)
{
	struct imap_folder *f = folder_r;

	if (take_attributes(&rest, &f->attributes) || take_delimiter(&rest, &f->delimiter) ||
	    imap_take_astring(&rest, f->name, sizeof(f->name)))
		return -1;
	for (const char *c = f->name; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return -1;
	return 0;
}

/* The name without its parent, if that is one of those where such folders lie; else NULL. */
static const char *own_name(const struct imap_folder *f)
{
	const char *last = f->delimiter ? strrchr(f->name, f->delimiter) : NULL;
	size_t len = last ? (size_t)(last - f->name) : 0;

	for (size_t i = 0; i < sizeof(parents) / sizeof(parents[0]); i++)
		if (text_equal_nocase(f->name, len, parents[i]))
			return last ? last + 1 : f->name;
	return NULL;
}

static bool is_usual(const struct imap_folder *f, const char *use)
{
	const char *name = own_name(f);

	for (size_t i = 0; name && i < sizeof(usual) / sizeof(usual[0]); i++)
		if (!strcmp(usual[i].use, use) && span_is(span_of(name), usual[i].name))
			return true;
	return false;
}

static void keep(struct imap_alike *alike, const char *name)
{
	for (size_t i = 0; i < alike->count; i++)
		if (imap_same_folder(alike->name[i], name))
			return;
	if (alike->count < IMAP_ALIKE_MAX)
		memcpy(alike->name[alike->count++], name, IMAP_NAME_SIZE);
}

void imap_sought_note(struct imap_sought *sought, const struct imap_folder *folder)
{
	struct span attributes = folder->attributes;

	if (!folder->name[0] || span_has_word(attributes, "\\Noselect") ||
	    span_has_word(attributes, "\\NonExistent"))
		return;
	if (span_has_word(attributes, sought->use))
		keep(&sought->by_use, folder->name);
	if (is_usual(folder, sought->use))
		keep(&sought->by_name, folder->name);
}

bool imap_same_folder(const char *a, const char *b)
{
	return !strcmp(a, b) || (span_is(span_of(a), "INBOX") && span_is(span_of(b), "INBOX"));
}

/* queue_id.c - what a server calls a message that it has accepted, by the words around it */
#include "mail/smtp/queue_id.h"

#include <string.h>

#include "base/text.h"

/* What stands right before the identifier, or behind it. Of several that are there the first row
 * counts. */
static const struct {
	const char *before, *behind;
} places[] = {
	{"InternalId=", NULL},                    /* Exchange */
	{"queued as ", NULL},                     /* Postfix, Haraka, hMailServer */
	{"queued with id ", NULL},                /* Stalwart */
	{" id=", NULL},                           /* Exim */
	{" qp ", NULL},                           /* qmail */
	{NULL, " Message accepted for delivery"}, /* Sendmail, OpenSMTPD */
	{NULL, " - gsmtp"},                       /* Gmail */
	{NULL, " Saved"},                         /* Dovecot's LMTP */
};

static bool ends_word(char c)
{
	return (unsigned char)c <= ' ' || memchr(",;()[]<>\"", c, 9) != NULL;
}

/* The word that begins at at, without the dot that ends a sentence. */
static struct span word_at(struct span words, size_t at)
{
	size_t end = at;

	while (end < words.len && !ends_word(words.at[end]))
		end++;
	while (end > at && words.at[end - 1] == '.')
		end--;
	return (struct span){words.at + at, end - at};
}

/* The word that ends before end. */
static struct span word_before(struct span words, size_t end)
{
	size_t at = end;

	while (at && !ends_word(words.at[at - 1]))
		at--;
	return (struct span){words.at + at, end - at};
}

/* Where sought stands in words; words.len if nowhere. */
static size_t find(struct span words, const char *sought)
{
	size_t at = 0;

	while (at < words.len && !text_starts_nocase(words.at + at, words.len - at, sought))
		at++;
	return at;
}

struct span smtp_queue_id(struct span words)
{
	struct span id = {words.at, 0};

	for (size_t i = 0; !id.len && i < sizeof(places) / sizeof(places[0]); i++) {
		bool before = places[i].before != NULL;
		size_t at = find(words, before ? places[i].before : places[i].behind);
		if (at == words.len)
			continue;
		id = before ? word_at(words, at + strlen(places[i].before))
			    : word_before(words, at);
	}
	return id;
}

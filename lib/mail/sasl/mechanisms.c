/* mechanisms.c - the SASL mechanisms that a server offers */
#include "mail/sasl/mechanisms.h"

#include <string.h>

enum { NAME_MAX_LEN = 20 }; /* RFC 4422 section 3.1 */

/* Copy a mechanism's name in upper case. -1 if it is not one. */
static int read_name(struct span name, char upper_r[NAME_MAX_LEN + 1])
{
	if (!name.len || name.len > NAME_MAX_LEN)
		return -1;
	for (size_t i = 0; i < name.len; i++) {
		char c = name.at[i];
		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		if ((c < '0' || c > '9') && (c < 'A' || c > 'Z') && c != '-' && c != '_')
			return -1;
		upper_r[i] = c;
	}
	upper_r[name.len] = '\0';
	return 0;
}

void sasl_add_mechanism(char list[SASL_MECHANISMS_SIZE], struct span name)
{
	char upper[NAME_MAX_LEN + 1];
	size_t used = strlen(list);

	if (read_name(name, upper) || sasl_offers(list, upper))
		return;
	if (used + 1 + name.len >= SASL_MECHANISMS_SIZE)
		return;
	if (used)
		list[used++] = ' ';
	memcpy(list + used, upper, name.len + 1);
}

void sasl_add_mechanisms(char list[SASL_MECHANISMS_SIZE], struct span names)
{
	struct span name;

	while ((name = span_next_word(&names)).len)
		sasl_add_mechanism(list, name);
}

bool sasl_offers(const char *list, const char *wanted)
{
	return span_has_word(span_of(list), wanted);
}

const char *sasl_choose(const char *list)
{
	static const char *const known[] = {"PLAIN", "LOGIN"};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (sasl_offers(list, known[i]))
			return known[i];
	return NULL;
}

/* blot_form.c - the forms in which a server may quote a secret */
#include "base/blot_form.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

static void wipe_and_free(char *bytes, size_t len)
{
	explicit_bzero(bytes, len);
	free(bytes);
}

/* Takes bytes. */
static void add_form(struct blot_forms *forms, char *bytes, size_t len, bool base64)
{
	bool known = len == 0;

	for (size_t i = 0; i < forms->count; i++) {
		const struct blot_form *f = &forms->form[i];
		known = known || (f->len == len && !memcmp(f->at, bytes, len));
	}
	if (known) {
		wipe_and_free(bytes, len);
		return;
	}
	forms->form = xreallocarray(forms->form, forms->count + 1, sizeof(*forms->form));
	forms->form[forms->count++] = (struct blot_form){bytes, len, base64};
}

/* As it is, and without the padding of base64: that may be missing. */
static void add_plain(struct blot_forms *forms, const char *secret, size_t len)
{
	add_form(forms, xstrndup(secret, len), len, false);
	while (len > BLOT_START_MIN && secret[len - 1] == '=')
		len--;
	add_form(forms, xstrndup(secret, len), len, false);
}

/* One of several lines (over IMAP it may be, as a literal) comes back as several. */
static void add_lines(struct blot_forms *forms, const char *secret)
{
	for (const char *line = secret; strpbrk(secret, "\r\n") && *line;) {
		size_t len = strcspn(line, "\r\n");
		if (len)
			add_plain(forms, line, len);
		line += len + strspn(line + len, "\r\n");
	}
}

/* As it stands in a quoted string of IMAP, JSON and others. */
static void add_escaped(struct blot_forms *forms, const char *secret, size_t len)
{
	char *escaped = xmalloc(2 * len + 1);
	size_t used = 0;

	for (size_t i = 0; i < len; i++) {
		if (secret[i] == '"' || secret[i] == '\\')
			escaped[used++] = '\\';
		escaped[used++] = secret[i];
	}
	add_form(forms, escaped, used, false);
}

/* Character number i of the base64 of secret behind shift bytes that are 0. */
static char base64_char(const char *secret, size_t len, size_t shift, size_t i)
{
	static const char alphabet[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t bit = 6 * i;
	unsigned int two = 0;

	for (size_t k = bit / 8; k < bit / 8 + 2; k++) {
		bool inside = k >= shift && k - shift < len;
		two = two << 8 | (inside ? (unsigned char)secret[k - shift] : 0);
	}
	return alphabet[two >> (10 - bit % 8) & 63];
}

/* In base64 behind shift bytes (modulo 3) of whatever: those characters in which there is nothing
 * else. A secret of one or two bytes has too few of them, and is looked for where it is alone. */
static void add_base64(struct blot_forms *forms, const char *secret, size_t len, size_t shift)
{
	size_t first = (8 * shift + 5) / 6, end = 8 * (shift + len) / 6;

	if (end - first < BLOT_BASE64_MIN) {
		if (shift)
			return;
		end = (8 * len + 5) / 6;
	}
	char *form = xmalloc(end - first);
	for (size_t i = first; i < end; i++)
		form[i - first] = base64_char(secret, len, shift, i);
	add_form(forms, form, end - first, true);
}

void blot_forms_add(struct blot_forms *forms, const char *secret)
{
	size_t len = strlen(secret);

	add_plain(forms, secret, len);
	add_lines(forms, secret);
	add_escaped(forms, secret, len);
	for (size_t shift = 0; shift < 3; shift++)
		add_base64(forms, secret, len, shift);
}

void blot_forms_free(struct blot_forms *forms)
{
	for (size_t i = 0; i < forms->count; i++)
		wipe_and_free(forms->form[i].at, forms->form[i].len);
	free(forms->form);
	*forms = (struct blot_forms){0};
}

/* new_password.c - a random password with all kinds of characters */
#include "account/new_password.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/random.h>

#include "base/text.h"

static const char characters[64 + 1] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				       "0123456789-_";

static bool has_all_kinds(const char *text)
{
	return strpbrk(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") &&
	       strpbrk(text, "abcdefghijklmnopqrstuvwxyz") && strpbrk(text, "0123456789") &&
	       strpbrk(text, "-_") && *text != '-'; /* it would look like an option */
}

int new_password(struct secret *s, size_t length, struct err *err)
{
	unsigned char random[NEW_PASSWORD_MAX];
	char text[NEW_PASSWORD_MAX + 1];
	int rc = 0;

	length = length < NEW_PASSWORD_LENGTH ? NEW_PASSWORD_LENGTH : length;
	length = length > NEW_PASSWORD_MAX ? NEW_PASSWORD_MAX : length;
	do {
		if (getrandom(random, length, 0) != (ssize_t)length) {
			rc = err_set(err, ERR_LOCAL, "no random numbers: %s", text_errno(errno));
			break;
		}
		for (size_t i = 0; i < length; i++)
			text[i] = characters[random[i] % (sizeof(characters) - 1)];
		text[length] = '\0';
	} while (!has_all_kinds(text));
	if (rc == 0)
		rc = secret_set(s, text, err);
	explicit_bzero(random, sizeof(random));
	explicit_bzero(text, sizeof(text));
	return rc;
}

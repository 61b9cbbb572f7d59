/* secret_name.c - names of options that speak of a secret */
#include "config/secret_name.h"

#include <string.h>

#include "base/secret.h"
#include "base/text.h"

size_t secret_name_end(const char *name, size_t len)
{
	/* longer ones first */
	static const char *const words[] = {"password", "passphrase", "passwort", "passwd",
					    "pass",     "secret",     "token",    "pwd"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		for (size_t at = 0; at < len; at++)
			if (text_starts_nocase(name + at, len - at, words[i]))
				return at + strlen(words[i]);
	return 0;
}

size_t secret_name_shown(const char *name, size_t len)
{
	size_t end = secret_name_end(name, len);

	if (len > 2 && name[0] == '-' && name[1] != '-') /* "-PSECRET" */
		return 2;
	return end ? end : len;
}

int secret_name_refuse_line(const char *line, struct err *err)
{
	enum { SHOWN_MAX = 40 };
	size_t len = strcspn(line, " \t=:");

	if (!line[len])
		return err_set(err, ERR_USAGE, "neither an option nor \"name = value\"");
	len = secret_name_shown(line, len);
	return err_set(err, ERR_USAGE, "\"%.*s\": '=' is missing behind the name",
		       (int)(len < SHOWN_MAX ? len : SHOWN_MAX), line);
}

/* What in an element of argv is no name, or NULL if it has none that speaks of a secret. */
static char *behind_name(char *element, const char *letters)
{
	if (element[0] != '-' || !element[1])
		return NULL;
	if (element[1] != '-' && strchr(letters, element[1]))
		return element + 2;
	size_t end = secret_name_end(element, strcspn(element, "="));
	return end ? element + end : NULL;
}

void secret_name_wipe(char *const *argv, int argc, const char *letters)
{
	for (int i = 1; i < argc; i++) {
		char *rest = behind_name(argv[i], letters);
		if (!rest)
			continue;
		secret_wipe_str(rest);
		if (i + 1 < argc && argv[i + 1][0] != '-')
			secret_wipe_str(argv[++i]);
	}
}

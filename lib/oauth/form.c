/* form.c - the body of a question to a token endpoint */
#include "oauth/form.h"

#include <string.h>

int form_encode(struct buf *out, const char *str)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				    "0123456789-._~";
	int rc = 0;

	for (; *str && rc == 0; str++)
		rc = strchr(plain, *str) ? buf_append_char(out, *str)
					 : buf_printf(out, "%%%02X", (unsigned char)*str);
	return rc;
}

int form_add(struct buf *form, const char *name, const char *value)
{
	if (form->len && buf_append_char(form, '&'))
		return -1;
	if (form_encode(form, name) || buf_append_char(form, '='))
		return -1;
	return form_encode(form, value);
}

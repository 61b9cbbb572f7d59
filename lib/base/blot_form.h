/* blot_form.h - the forms in which a server may quote a secret
 *
 * As it is, without the padding of base64, each of its lines, escaped as in a quoted string, and in
 * base64 (RFC 4648, 4) at whatever place of it. */
#ifndef MAILFLOW_BLOT_FORM_H
#define MAILFLOW_BLOT_FORM_H

#include <stdbool.h>
#include <stddef.h>

enum {
	BLOT_START_MIN = 6,  /* a start that short is looked for, and a whole form within words */
	BLOT_BASE64_MIN = 4, /* a whole form in base64, where nothing is a word */
};

struct blot_form {
	char *at; /* not NUL-terminated */
	size_t len;
	bool base64;
};

/* Zeroed: none. */
struct blot_forms {
	struct blot_form *form;
	size_t count;
};

/* Every form of secret, which is not "" and is copied; none twice. */
void blot_forms_add(struct blot_forms *forms, const char *secret);

/* Wipe and free. Accepts a zeroed struct. */
void blot_forms_free(struct blot_forms *forms);

#endif

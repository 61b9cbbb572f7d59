/* option_name.c - which option a name stands for, and what to say where it is none */
#include "config/option_name.h"

#include <string.h>

#include "base/buf.h"
#include "base/spelling.h"
#include "config/secret_name.h"

enum { NAME_MAX_SHOWN = 60 };

/* The long name that was probably meant, or NULL. */
static const char *nearest_name(const struct option_def *defs, const char *name, size_t len)
{
	const char *nearest = NULL;
	size_t best = spelling_limit(len);

	for (const struct option_def *d = defs; d->name; d++) {
		const char *names[] = {d->name, d->alias};
		for (size_t i = 0; i < 2 && names[i]; i++)
			if (spelling_is_nearer(name, len, names[i], &best))
				nearest = names[i];
	}
	return nearest;
}

bool option_has_name(const struct option_def *d, const char *name, size_t len)
{
	return (strlen(d->name) == len && memcmp(d->name, name, len) == 0) ||
	       (d->alias && strlen(d->alias) == len && memcmp(d->alias, name, len) == 0);
}

const struct option_def *option_find(const struct option_def *defs, const char *name, size_t len)
{
	for (const struct option_def *d = defs; d->name; d++)
		if (option_has_name(d, name, len) || (len == 1 && d->letter && d->letter == *name))
			return d;
	return NULL;
}

int option_refuse_key(const struct option_def *defs, const char *key, const char *value,
		      struct err *err)
{
	size_t len = strcspn(key, " \t");
	const char *nearest = nearest_name(defs, key, len);

	if (key[len] || (!value && !nearest))
		return secret_name_refuse_line(key, err);
	len = secret_name_shown(key, len);
	return err_set(err, ERR_USAGE, "unknown option \"%.*s\"%s%s%s",
		       (int)(len < NAME_MAX_SHOWN ? len : NAME_MAX_SHOWN), key,
		       nearest ? ", did you mean " : "", nearest ? nearest : "",
		       nearest ? "?" : "");
}

int option_refuse_long(const struct option_def *defs, const char *arg, struct err *err)
{
	const char *name = arg + 2;
	size_t len = strcspn(name, "=");
	struct buf meant = BUF_INIT(200);
	size_t count = 0;

	for (const struct option_def *d = defs; d->name && len; d++) {
		bool by_name = strncmp(d->name, name, len) == 0;
		if (!by_name && (!d->alias || strncmp(d->alias, name, len) != 0))
			continue;
		buf_printf(&meant, "%s--%s", count++ ? ", " : "", by_name ? d->name : d->alias);
	}
	size_t shown_len = count ? len : secret_name_shown(name, len);
	int shown = (int)(shown_len < NAME_MAX_SHOWN ? shown_len : NAME_MAX_SHOWN);
	const char *nearest = nearest_name(defs, name, len);
	if (count > 1)
		err_set(err, ERR_USAGE, "--%.*s can mean %s", shown, name, buf_str(&meant));
	else if (nearest)
		err_set(err, ERR_USAGE, "unknown option --%.*s, did you mean --%s?", shown, name,
			nearest);
	else
		err_set(err, ERR_USAGE, "unknown option --%.*s (--help lists all)", shown, name);
	buf_free(&meant);
	return -1;
}

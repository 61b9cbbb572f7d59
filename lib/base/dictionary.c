/* dictionary.c - names in a balanced tree, that of the C library */
#include "base/dictionary.h"

#include <search.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

struct dictionary_entry {
	const char *name;
	char *owned; /* the same */
	alignas(max_align_t) char value[];
};

static int compare(const void *a, const void *b)
{
	const struct dictionary_entry *x = a, *y = b;

	return strcmp(x->name, y->name);
}

void *dictionary_find(const struct dictionary *d, const char *name)
{
	const struct dictionary_entry wanted = {.name = name};
	struct dictionary_entry *const *found = tfind(&wanted, &d->root, compare);

	return found ? (*found)->value : NULL;
}

void *dictionary_get(struct dictionary *d, const char *name, size_t size)
{
	void *value = dictionary_find(d, name);

	if (value)
		return value;
	struct dictionary_entry *e = xcalloc(1, sizeof(*e) + size);
	e->name = e->owned = xstrdup(name);
	xchecked(tsearch(e, &d->root, compare));
	return e->value;
}

void dictionary_free(struct dictionary *d, void (*empty)(void *value))
{
	while (d->root) {
		struct dictionary_entry *e = *(struct dictionary_entry **)d->root;

		tdelete(e, &d->root, compare);
		if (empty)
			empty(e->value);
		free(e->owned);
		free(e);
	}
}

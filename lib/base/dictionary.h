/* dictionary.h - something for each of many names: files that several share, users, sections */
#ifndef MAILFLOW_DICTIONARY_H
#define MAILFLOW_DICTIONARY_H

#include <stddef.h>

/* Zeroed: empty. */
struct dictionary {
	void *root;
};

/* What there is for the name, byte for byte; size bytes that are zeroed the first time, always the
 * same size. It stays where it is. */
void *dictionary_get(struct dictionary *d, const char *name, size_t size);

/* What there is for it, or NULL. */
void *dictionary_find(const struct dictionary *d, const char *name);

/* Frees all, after empty() of each (NULL: nothing is in it that must be freed). */
void dictionary_free(struct dictionary *d, void (*empty)(void *value));

#endif

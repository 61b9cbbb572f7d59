/* sections.h - an ini file in which each section is one thing of a kind, an account or a connector,
 * and [defaults] has what they share
 *
 *   [defaults]
 *   username = %u*master     %u is the name of the section that takes it, %% a %
 *   password-file = /etc/pw
 *   [alice@example.org]
 *
 * A section takes from [defaults], wherever that stands, the keys that it does not have itself.
 * Keys are known in any case. A secret belongs to the user beside whom it stands: from [defaults]
 * it goes to sections without a user of their own, and to all if there is no user in [defaults], or
 * %u in its value; a section with a secret of its own takes none. */
#ifndef MAILFLOW_SECTIONS_H
#define MAILFLOW_SECTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/err.h"

/* What each item begins with. */
struct section {
	char *name;
	size_t line;       /* of its header */
	unsigned int own;  /* the rows of the keys that it has itself, a bit each */
	unsigned int keys; /* and with those of [defaults] */
};

struct section_key {
	const char *name;
	/* Takes the value, which is not empty and has no control characters; the error need not
	 * name the key. NULL: it is copied to the char * at offset, which is the sections'. */
	int (*set)(void *item, const char *value, struct err *err);
	size_t offset;
	bool again;        /* may be given several times */
	bool literal;      /* also in [defaults]: what is behind a % is not for us */
	const char *owner; /* of a secret: the key that names the user */
};

struct section_kind {
	const char *what; /* "connector" */
	size_t size;      /* of an item, which begins with struct section */
	size_t name_max;
	const struct section_key *keys; /* 32 at most; ended by a name of NULL */
};

/* Zero-initialised. */
struct sections {
	void *item; /* zeroed but for struct section, and what the keys have set */
	size_t count;
};

/* Takes a word for an item, or whatever that is. Returns 0, or -1 with the error set. */
typedef int section_word_fn(void *item, const char *word, struct err *err);

/* Who takes lines before the first section that have no '=': */
struct section_bare {
	section_word_fn *add;
	void *to;
};

/* Read the file ("-": standard input), until the limit. bare (NULL: nobody takes such lines) may
 * have found some, and then there need be no section. Returns 0, or -1 with ERR_USAGE that names
 * file and line: also for a section or key that is there twice, and a file without sections. What
 * has been read is the caller's to free in both cases: sections_free, after what is in the items.
 */
int sections_read(struct sections *s, const struct section_kind *kind,
		  const struct section_bare *bare, const char *path, const struct limit *limit,
		  struct err *err);

/* Whether the section has that key, itself or by [defaults]; of several, whether it has one. */
bool section_has(const struct section_kind *kind, const struct section *section, const char *key);
bool section_has_own(const struct section_kind *kind, const struct section *section,
		     const char *key);
bool section_has_secret(const struct section_kind *kind, const struct section *section,
			const char *owner);
bool section_has_own_secret(const struct section_kind *kind, const struct section *section,
			    const char *owner);

/* Frees the names, the values at offsets, and the items; accepts a zeroed struct. */
void sections_free(struct sections *s, const struct section_kind *kind);

/* Call add() for each word of a list that is parted by commas and blanks; its error ends it. */
int section_each_word(const char *value, section_word_fn *add, void *item, struct err *err);
/* "yes" or "no", "true", "false", "on", "off", "1", "0", in any case. */
int section_parse_bool(const char *value, bool *value_r, struct err *err);
/* The number of the word that value is, in any case; -1 if it is none. words end with NULL. */
int section_find_word(const char *const *words, const char *value);

#endif

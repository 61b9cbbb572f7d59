/* sections.c - an ini file of things of one kind: each key read strictly, each error with its line
 *
 * What [defaults] says is kept as it is written until all has been read, for it means something for
 * a section only; it may hold passwords, and is wiped. */
#include "config/sections.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/dictionary.h"
#include "base/ini.h"
#include "base/percent.h"
#include "base/secret.h"
#include "base/spelling.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "config/secret_name.h"

enum { FILE_BYTES = 16 << 20, VALUE_MAX = 8192, SHOWN_MAX = 60, NAMES_MAX = 400 };

static const char defaults[] = "defaults";

/* A line of [defaults]. */
struct shared {
	size_t key;
	size_t line;
	char *value;
};

struct reading {
	struct sections *sections;
	const struct section_kind *kind;
	struct dictionary lines; /* of the headers, by the names */
	struct section defaults;
	struct shared *shared;
	size_t shared_count;
	bool in_defaults;
	const struct section_bare *bare;
	bool has_bare;
};

static struct section *section_at(const struct sections *s, const struct section_kind *kind,
				  size_t i)
{
	return (struct section *)((char *)s->item + i * kind->size);
}

/* ---- a line ---- */

static const char *nearest_key(const struct section_kind *kind, const char *text)
{
	size_t len = strlen(text), best = spelling_limit(len);
	const char *nearest = NULL;

	for (const struct section_key *k = kind->keys; k->name; k++)
		if (spelling_is_nearer(text, len, k->name, &best))
			nearest = k->name;
	return nearest;
}

static int unknown_key(const struct section_kind *kind, const char *text, const char *value,
		       struct err *err)
{
	struct buf names = BUF_INIT(NAMES_MAX);
	size_t shown = secret_name_shown(text, strlen(text));
	const char *nearest = nearest_key(kind, text);

	if (!value || strpbrk(text, " \t"))
		return secret_name_refuse_line(text, err);
	for (const struct section_key *k = kind->keys; k->name; k++)
		buf_printf(&names, "%s%s", k > kind->keys ? ", " : "", k->name);
	err_set(err, ERR_USAGE, "unknown key \"%.*s\", there are: %s",
		(int)(shown < SHOWN_MAX ? shown : SHOWN_MAX), text, buf_str(&names));
	if (nearest)
		err_hint(err, "did you mean %s?", nearest);
	buf_free(&names);
	return -1;
}

static int find_key(const struct section_kind *kind, const char *text, const char *value,
		    size_t *key_r, struct err *err)
{
	for (size_t i = 0; kind->keys[i].name; i++)
		if (text_equal_nocase(text, strlen(text), kind->keys[i].name)) {
			*key_r = i;
			return 0;
		}
	return unknown_key(kind, text, value, err);
}

static int check_value(const struct section_key *key, const char *value, struct err *err)
{
	if (!value || !*value)
		return err_set(err, ERR_USAGE, "%s has no value", key->name);
	for (const char *p = value; *p; p++)
		if ((unsigned char)*p < 0x20 && *p != '\t')
			return err_set(err, ERR_USAGE, "%s: control character in the value",
				       key->name);
	return 0;
}

static char **string_at(void *item, const struct section_key *key)
{
	return (char **)(void *)((char *)item + key->offset);
}

static int set_value(void *item, const struct section_key *key, const char *value, struct err *err)
{
	if (!key->set)
		*string_at(item, key) = xstrdup(value);
	else if (key->set(item, value, err))
		return err_prefix(err, "%s: ", key->name);
	return 0;
}

static int use_key(struct reading *r, size_t line, const char *text, const char *value,
		   struct err *err)
{
	struct sections *s = r->sections;
	struct section *section =
		r->in_defaults ? &r->defaults : section_at(s, r->kind, s->count - 1);
	size_t i = 0;

	if (find_key(r->kind, text, value, &i, err))
		return -1;
	const struct section_key *key = &r->kind->keys[i];
	if (check_value(key, value, err))
		return -1;
	if (!key->again && section->own & 1U << i)
		return err_set(err, ERR_USAGE, "%s is given twice", key->name);
	section->own |= 1U << i;
	section->keys |= 1U << i;
	if (!r->in_defaults)
		return set_value(section, key, value, err);
	r->shared = xmake_room(r->shared, r->shared_count, sizeof(*r->shared));
	r->shared[r->shared_count++] = (struct shared){i, line, xstrdup(value)};
	return 0;
}

static int add_section(struct reading *r, size_t line, const char *name, struct err *err)
{
	struct sections *s = r->sections;
	const struct section_kind *kind = r->kind;

	if (!*name)
		return err_set(err, ERR_USAGE, "the %s has no name", kind->what);
	if (strlen(name) > kind->name_max)
		return err_set(err, ERR_USAGE, "the %s's name is longer than %zu bytes", kind->what,
			       kind->name_max);
	r->in_defaults = text_equal_nocase(name, strlen(name), defaults);
	size_t *first = dictionary_get(&r->lines, r->in_defaults ? defaults : name, sizeof(*first));
	if (*first)
		return err_set(err, ERR_USAGE, "[%s] is in line %zu already", name, *first);
	*first = line;
	if (r->in_defaults)
		return 0;
	s->item = xmake_room(s->item, s->count, kind->size);
	struct section *item = section_at(s, kind, s->count++);
	memset(item, 0, kind->size);
	*item = (struct section){.name = xstrdup(name), .line = line};
	return 0;
}

static int use_bare(struct reading *r, const char *text, struct err *err)
{
	if (strpbrk(text, " \t"))
		return secret_name_refuse_line(text, err);
	r->has_bare = true;
	return r->bare->add(r->bare->to, text, err);
}

/* ini_fn */
static int use_line(void *ctx, size_t line, const char *section, const char *key, const char *value,
		    struct err *err)
{
	if (!section)
		return use_bare(ctx, key, err);
	return key ? use_key(ctx, line, key, value, err) : add_section(ctx, line, section, err);
}

/* ---- [defaults] ---- */

static bool has_key(const struct section_kind *kind, unsigned int keys, const char *name)
{
	for (size_t i = 0; kind->keys[i].name; i++)
		if (keys & 1U << i && !strcmp(kind->keys[i].name, name))
			return true;
	return false;
}

static bool has_secret(const struct section_kind *kind, unsigned int keys, const char *owner)
{
	for (size_t i = 0; kind->keys[i].name; i++)
		if (keys & 1U << i && kind->keys[i].owner && !strcmp(kind->keys[i].owner, owner))
			return true;
	return false;
}

static bool takes(const struct reading *r, const struct section *section,
		  const struct shared *shared)
{
	const struct section_kind *kind = r->kind;
	const char *owner = kind->keys[shared->key].owner;

	if (section->own & 1U << shared->key)
		return false;
	if (!owner)
		return true;
	if (has_secret(kind, section->own, owner))
		return false;
	bool others = has_key(kind, section->own, owner) && has_key(kind, r->defaults.own, owner);
	return !others || strstr(shared->value, "%u");
}

static int fill_in(struct buf *out, const struct section_key *key, const char *value,
		   const char *name, struct err *err)
{
	if (key->literal)
		return buf_append_str(out, value);
	while (*value)
		if (percent_take(out, &value, name, err))
			return -1;
	return 0;
}

static int take(const struct reading *r, struct section *section, const struct shared *shared,
		struct err *err)
{
	const struct section_key *key = &r->kind->keys[shared->key];
	struct buf value = BUF_INIT(VALUE_MAX);
	int rc = fill_in(&value, key, shared->value, section->name, err);

	rc = rc ? err_prefix(err, "%s: ", key->name)
		: set_value(section, key, buf_str(&value), err);
	buf_wipe(&value);
	section->keys |= 1U << shared->key;
	return rc;
}

static int share(const struct reading *r, const char *path, struct err *err)
{
	for (size_t i = 0; i < r->sections->count; i++) {
		struct section *section = section_at(r->sections, r->kind, i);
		for (size_t k = 0; k < r->shared_count; k++)
			if (takes(r, section, &r->shared[k]) &&
			    take(r, section, &r->shared[k], err)) {
				err_hint(err, "of [%s]", section->name);
				return err_prefix(err, "%s line %zu: ", path, r->shared[k].line);
			}
	}
	return 0;
}

/* ---- the file ---- */

static int finish(const struct reading *r, const char *path, size_t lines, struct err *err)
{
	const struct sections *s = r->sections;

	if (!s->count && !r->has_bare)
		return err_set(err, ERR_USAGE, "%s line %zu: the file ends without a [%s]", path,
			       lines ? lines : 1, r->kind->what);
	return share(r, path, err);
}

static void forget(struct reading *r)
{
	for (size_t i = 0; i < r->shared_count; i++) {
		secret_wipe_str(r->shared[i].value);
		free(r->shared[i].value);
	}
	free(r->shared);
	dictionary_free(&r->lines, NULL);
}

int sections_read(struct sections *s, const struct section_kind *kind,
		  const struct section_bare *bare, const char *path, const struct limit *limit,
		  struct err *err)
{
	struct reading r = {.sections = s, .kind = kind, .bare = bare};
	size_t lines = 0;
	int rc = bare ? ini_read_bare(path, FILE_BYTES, limit, use_line, &r, &lines, err)
		      : ini_read(path, FILE_BYTES, limit, use_line, &r, &lines, err);

	if (rc == 0)
		rc = finish(&r, path, lines, err);
	forget(&r);
	return rc;
}

bool section_has(const struct section_kind *kind, const struct section *section, const char *key)
{
	return has_key(kind, section->keys, key);
}

bool section_has_own(const struct section_kind *kind, const struct section *section,
		     const char *key)
{
	return has_key(kind, section->own, key);
}

bool section_has_secret(const struct section_kind *kind, const struct section *section,
			const char *owner)
{
	return has_secret(kind, section->keys, owner);
}

bool section_has_own_secret(const struct section_kind *kind, const struct section *section,
			    const char *owner)
{
	return has_secret(kind, section->own, owner);
}

void sections_free(struct sections *s, const struct section_kind *kind)
{
	for (size_t i = 0; i < s->count; i++) {
		struct section *section = section_at(s, kind, i);
		for (const struct section_key *k = kind->keys; k->name; k++)
			if (!k->set)
				free(*string_at(section, k));
		free(section->name);
	}
	free(s->item);
	*s = (struct sections){0};
}

/* ---- values that several kinds have ---- */

int section_each_word(const char *value, section_word_fn *add, void *item, struct err *err)
{
	static const char separators[] = ", \t";

	for (value += strspn(value, separators); *value; value += strspn(value, separators)) {
		size_t len = strcspn(value, separators);
		char *word = xstrndup(value, len);
		int rc = add(item, word, err);
		free(word);
		if (rc)
			return -1;
		value += len;
	}
	return 0;
}

int section_find_word(const char *const *words, const char *value)
{
	for (int i = 0; words[i]; i++)
		if (text_equal_nocase(value, strlen(value), words[i]))
			return i;
	return -1;
}

int section_parse_bool(const char *value, bool *value_r, struct err *err)
{
	static const char *const words[] = {"no", "yes", "false", "true", "off",
					    "on", "0",   "1",     NULL};
	int i = section_find_word(words, value);

	if (i < 0)
		return err_set(err, ERR_USAGE, "\"%.*s\" is neither yes nor no", SHOWN_MAX, value);
	*value_r = i % 2;
	return 0;
}

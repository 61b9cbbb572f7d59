/* directory_values.c - the values of an entry's attributes, however many there are */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/xalloc.h"
#include "discover/directory.h"

enum { RANGE_NAME_MAX = 200, JOINED_MAX = 64 << 10 };

char *entry_text(const struct entry *e, const char *attribute)
{
	struct berval **values = ldap_get_values_len(e->directory->ldap, e->message, attribute);
	char *text = NULL;

	if (values && values[0])
		text = xstrndup(values[0]->bv_val, values[0]->bv_len);
	ldap_value_free_len(values);
	return text;
}

size_t entry_bytes(const struct entry *e, const char *attribute, unsigned char *bytes, size_t size)
{
	struct berval **values = ldap_get_values_len(e->directory->ldap, e->message, attribute);
	size_t len = values && values[0] ? values[0]->bv_len : 0;

	len = len < size ? len : size;
	if (len)
		memcpy(bytes, values[0]->bv_val, len);
	ldap_value_free_len(values);
	return len;
}

uint64_t entry_number(const struct entry *e, const char *attribute, uint64_t otherwise)
{
	char *text = entry_text(e, attribute);
	uint64_t number = otherwise;

	if (text && text_parse_uint(text, strlen(text), UINT64_MAX, &number))
		number = otherwise;
	free(text);
	return number;
}

void values_free(struct values *v)
{
	for (size_t i = 0; i < v->count; i++)
		free(v->item[i]);
	free(v->item);
	*v = (struct values){0};
}

static void add_all(struct values *v, struct berval **values)
{
	for (size_t i = 0; values && values[i]; i++) {
		v->item = xmake_room(v->item, v->count, sizeof(*v->item));
		v->item[v->count++] = xstrndup(values[i]->bv_val, values[i]->bv_len);
	}
}

void values_add(struct values *v, const char *value)
{
	v->item = xmake_room(v->item, v->count, sizeof(*v->item));
	v->item[v->count++] = xstrdup(value);
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

char *values_join(struct values *v)
{
	struct buf list = BUF_INIT(JOINED_MAX);

	if (v->count)
		qsort(v->item, v->count, sizeof(*v->item), compare);
	for (size_t i = 0; i < v->count; i++)
		buf_printf(&list, "%s%s", i ? ", " : "", v->item[i]);
	return list.data;
}

/* ---- in parts ([MS-ADTS] section 3.1.1.3.1.3.3) ---- */

struct part {
	const char *attribute;
	struct values *values;
	uint64_t next; /* the first value that is still to come */
	bool last;
};

/* Whether name is "ATTRIBUTE;range=LOW-HIGH" or "...-*". */
static bool read_range(struct part *p, const char *name)
{
	size_t len = strlen(p->attribute);
	static const char option[] = ";range=";
	uint64_t high;

	if (!text_starts_nocase(name, strlen(name), p->attribute) ||
	    !text_starts_nocase(name + len, strlen(name + len), option))
		return false;
	const char *dash = strchr(name + len, '-');
	p->last = !dash || text_parse_uint(dash + 1, strlen(dash + 1), UINT32_MAX, &high);
	p->next = p->last ? 0 : high + 1;
	return true;
}

/* The values of whatever part is in the entry, if one is. */
static void take_part(struct part *p, const struct entry *e)
{
	BerElement *place = NULL;
	LDAP *ldap = e->directory->ldap;
	char *name = ldap_first_attribute(ldap, e->message, &place);

	p->last = true;
	while (name) {
		if (read_range(p, name)) {
			struct berval **values = ldap_get_values_len(ldap, e->message, name);
			add_all(p->values, values);
			p->last = p->last || !values;
			ldap_value_free_len(values);
			ldap_memfree(name);
			break;
		}
		ldap_memfree(name);
		name = ldap_next_attribute(ldap, e->message, place);
	}
	ber_free(place, 0);
}

/* entry_fn */
static int take_next(void *ctx, const struct entry *e)
{
	take_part(ctx, e);
	return 0;
}

static int read_next(struct part *p, const struct entry *e)
{
	char name[RANGE_NAME_MAX];
	const char *attributes[] = {name, NULL};
	uint64_t before = p->next;

	snprintf(name, sizeof(name), "%s;range=%llu-*", p->attribute, (unsigned long long)p->next);
	p->last = true; /* the entry may be gone by now */
	if (directory_search(e->directory, e->dn, LDAP_SCOPE_BASE, "(objectClass=*)", attributes,
			     take_next, p))
		return -1;
	if (p->last || p->next > before)
		return 0;
	return err_set(e->directory->err, ERR_PROTOCOL, "%s comes in parts without an end",
		       p->attribute);
}

int entry_values(const struct entry *e, const char *attribute, struct values *values_r)
{
	struct berval **values = ldap_get_values_len(e->directory->ldap, e->message, attribute);
	struct part p = {.attribute = attribute, .values = values_r};

	*values_r = (struct values){0};
	add_all(values_r, values);
	ldap_value_free_len(values);
	if (values_r->count)
		return 0;
	take_part(&p, e);
	while (!p.last)
		if (read_next(&p, e))
			return -1;
	return 0;
}

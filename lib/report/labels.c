/* labels.c - what a target is called in the performance data */
#include "report/labels.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/dictionary.h"
#include "base/xalloc.h"

enum { LABEL_MAX = 1024 };

static bool is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* A character beyond ASCII is one, however many bytes UTF-8 has for it. */
static void put_words(const char *text, struct buf *label)
{
	for (; *text; text++)
		if (((unsigned char)*text & 0xc0) != 0x80)
			buf_append_char(label, is_word(*text) ? *text : '_');
}

static char *label_of(const struct result *t)
{
	struct buf label = BUF_INIT(LABEL_MAX);

	if (t->section) {
		put_words(t->section, &label);
		buf_append_char(&label, '_');
	}
	if (t->connector && *t->connector) {
		put_words(t->connector, &label);
		buf_append_char(&label, '_');
		put_words(t->binding, &label);
	} else {
		put_words(t->endpoint.host, &label);
		buf_printf(&label, "_%u", (unsigned int)t->endpoint.port);
	}
	char *text = xstrdup(buf_str(&label));
	buf_free(&label);
	return text;
}

/* The first of label_2, label_3, ... that nobody has; *times is how many are called label. */
static char *another(const struct dictionary *taken, const char *label, size_t *times)
{
	char *text = NULL;

	do {
		free(text);
		text = xasprintf("%s_%zu", label, ++*times);
	} while (dictionary_find(taken, text));
	return text;
}

char **labels_of(const struct report *r)
{
	char **labels = xcalloc(r->count + 1, sizeof(*labels));
	struct dictionary taken = {0};

	for (size_t i = 0; i < r->count; i++) {
		labels[i] = label_of(&r->results[i]);
		size_t *times = dictionary_get(&taken, labels[i], sizeof(*times));
		if (*times) {
			char *text = another(&taken, labels[i], times);
			free(labels[i]);
			labels[i] = text;
			times = dictionary_get(&taken, text, sizeof(*times));
		}
		*times += !*times;
	}
	dictionary_free(&taken, NULL);
	return labels;
}

void labels_free(char **labels, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(labels[i]);
	free(labels);
}

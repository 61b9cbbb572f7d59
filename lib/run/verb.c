/* verb.c - finds it, or says which there are */
#include "run/verb.h"

#include <string.h>

#include "base/buf.h"
#include "base/spelling.h"

enum { LIST_MAX = 240 };

static int find(const struct verbs *v, const char *word)
{
	for (int i = 0; v->names[i]; i++)
		if (!strcmp(v->names[i], word))
			return i;
	return -1;
}

static const char *nearest(const struct verbs *v, const char *word)
{
	size_t len = strlen(word), best = spelling_limit(len);
	const char *nearest = NULL;

	for (int i = 0; v->names[i]; i++)
		if (spelling_is_nearer(word, len, v->names[i], &best))
			nearest = v->names[i];
	return nearest;
}

static void put_list(const struct verbs *v, struct buf *list)
{
	*list = BUF_INIT(LIST_MAX);
	for (int i = 0; v->names[i]; i++)
		buf_printf(list, "%s%s", i ? ", " : "", v->names[i]);
}

static int refuse(const struct verbs *v, const char *word, struct err *err)
{
	const char *meant = nearest(v, word);
	struct buf list;

	if (meant)
		return err_set(err, ERR_USAGE, "\"%.60s\" %s, did you mean %s?", word, v->unknown,
			       meant);
	put_list(v, &list);
	err_set(err, ERR_USAGE, "\"%.60s\" %s: %s", word, v->unknown, buf_str(&list));
	buf_free(&list);
	return -1;
}

int verb_take(const struct verbs *v, int argc, char **argv, struct err *err)
{
	if (argc > 1 && argv[1][0] != '-') {
		int i = find(v, argv[1]);
		return i < 0 ? refuse(v, argv[1], err) : i;
	}
	if (argc > 2 && find(v, argv[argc - 1]) >= 0)
		return err_set(err, ERR_USAGE, "\"%s\" belongs in front of the options",
			       argv[argc - 1]);
	return -1;
}

int verb_missing(const struct verbs *v, struct err *err)
{
	struct buf list;

	put_list(v, &list);
	err_set(err, ERR_USAGE, "%s: %s", v->missing, buf_str(&list));
	buf_free(&list);
	return -1;
}

/* library.c - loads shared libraries */
#include "base/library.h"

#include <dlfcn.h>
#include <errno.h>
#include <string.h>

#include "base/text.h"

static int set_load_error(const struct library *l, struct err *err)
{
	const char *why = dlerror();

	err_set(err, ERR_LOCAL, "%s cannot be loaded: %s", l->name, why ? why : "unknown reason");
	if (why && strstr(why, text_errno(ENOENT)))
		err_hint(err, "install it: Debian calls it %s", l->package);
	return err_fault(err, "library-missing");
}

int library_load(const struct library *l, void *table, struct err *err)
{
	void *handle = dlopen(l->file, RTLD_NOW | RTLD_LOCAL);

	if (!handle)
		return set_load_error(l, err);
	for (const struct library_symbol *s = l->symbols; s->name; s++) {
		void *address = dlsym(handle, s->name);
		if (!address)
			return set_load_error(l, err);
		memcpy((char *)table + s->offset, &address, sizeof(address));
	}
	return 0;
}

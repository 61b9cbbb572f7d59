/* chat_tools.c - preloaded into the programs under test: helper programs, which they run by the
 * path that ./configure was told, are those in the directory $CHAT_TOOLS */
#include <dlfcn.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef int access_fn(const char *path, int mode);
typedef int posix_spawnp_fn(pid_t *pid, const char *file, const posix_spawn_file_actions_t *actions,
			    const posix_spawnattr_t *attributes, char *const argv[],
			    char *const envp[]);

/* Where it is to be found instead. */
static const char *moved(const char *path, char *room, size_t size)
{
	const char *name = strstr(path, "/mailflow_");
	const char *tools = getenv("CHAT_TOOLS");

	if (!name || strchr(name + 1, '/') || !tools)
		return path;
	snprintf(room, size, "%s%s", tools, name);
	return room;
}

int access(const char *path, int mode)
{
	access_fn *real = (access_fn *)dlsym(RTLD_NEXT, "access");
	char room[4096];

	return real(moved(path, room, sizeof(room)), mode);
}

int posix_spawnp(pid_t *pid, const char *file, const posix_spawn_file_actions_t *actions,
		 const posix_spawnattr_t *attributes, char *const argv[], char *const envp[])
{
	posix_spawnp_fn *real = (posix_spawnp_fn *)dlsym(RTLD_NEXT, "posix_spawnp");
	char room[4096];

	return real(pid, moved(file, room, sizeof(room)), actions, attributes, argv, envp);
}

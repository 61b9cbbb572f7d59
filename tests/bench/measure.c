/* measure.c - runs a command and prints what it took: wall time, CPU time (user and system, with
 * that of its children that it waited for) in microseconds, peak resident memory in KiB, exit code
 *
 *     measure RUNS COMMAND [ARGUMENT...]
 *
 * One line a run. A program of its own, and a small one: the peak memory that the kernel reports of
 * a child begins with that of the process that started it. The command's output is thrown away, its
 * stderr is not. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int64_t timeval_us(const struct timeval *t)
{
	return (int64_t)t->tv_sec * 1000000 + t->tv_usec;
}

static pid_t start(char **command)
{
	pid_t pid = fork();

	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);
		dup2(null, STDIN_FILENO);
		dup2(null, STDOUT_FILENO);
		execvp(command[0], command);
		perror(command[0]);
		_exit(127);
	}
	return pid;
}

int main(int argc, char **argv)
{
	long runs = argc > 2 ? strtol(argv[1], NULL, 10) : 0;

	if (runs < 1) {
		fprintf(stderr, "usage: measure RUNS COMMAND [ARGUMENT...]\n");
		return 3;
	}
	while (runs--) {
		struct rusage used;
		int status;
		int64_t begun = now_us();
		pid_t pid = start(argv + 2);

		if (pid < 0 || wait4(pid, &status, 0, &used) != pid) {
			perror("measure");
			return 3;
		}
		fprintf(stdout, "%lld %lld %ld %d\n", (long long)(now_us() - begun),
			(long long)(timeval_us(&used.ru_utime) + timeval_us(&used.ru_stime)),
			used.ru_maxrss,
			WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	}
	return 0;
}

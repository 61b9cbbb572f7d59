/* process.c - what every program does first */
#include "config.h"

#include "run/process.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>
#ifdef HAVE_PRCTL
#include <sys/prctl.h>
#else
#include <sys/resource.h>
#endif

#include "base/interrupt.h"
#include "config/options_list.h"
#include "report/faults.h"

/* Started without descriptors 0 to 2 the first sockets would get these numbers, and the report
 * would go to the mail server. /dev/null takes their places, opened the wrong way round: reading
 * and writing still fail. */
static void occupy_standard_files(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

/* A core would have the passwords in it. */
#ifdef HAVE_PRCTL
static void leave_no_core(void)
{
	prctl(PR_SET_DUMPABLE, 0);
}
#else
static void leave_no_core(void)
{
	setrlimit(RLIMIT_CORE, &(struct rlimit){0});
}
#endif

static void begin(void)
{
	leave_no_core();
	occupy_standard_files();
	interrupt_hold();
	signal(SIGPIPE, SIG_IGN); /* write(2) tells */
	signal(SIGXFSZ, SIG_IGN);
}

static int explain(const char *fault, struct buf *out, struct err *err)
{
	if (*fault)
		return faults_explain(fault, out, err);
	faults_list(out);
	return 0;
}

enum options_result process_options(const struct option_def *const *tables,
				    const struct help_text *help, int argc, char **argv,
				    struct options *o, void *settings, struct buf *out,
				    struct err *err)
{
	begin();
	enum options_result result =
		options_parse(o, argc, argv, tables, help->program, settings, err);
	switch (result) {
	case OPTIONS_OK:
	case OPTIONS_ERROR:
		return result;
	case OPTIONS_HELP:
		options_help(tables, help, settings, out);
		break;
	case OPTIONS_LIST:
		if (options_list(tables, help, settings, out, err))
			return OPTIONS_ERROR;
		break;
	case OPTIONS_EXPLAIN:
		if (explain(o->fault, out, err))
			return OPTIONS_ERROR;
		break;
	case OPTIONS_USAGE:
		options_usage(help, out);
		break;
	case OPTIONS_VERSION:
		buf_printf(out, "%s (%s) %s\n", help->program, PACKAGE_NAME, PACKAGE_VERSION);
		break;
	}
	return OPTIONS_HELP;
}

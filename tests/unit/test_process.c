/* test_process.c - what every program does before its options are read */
#include "run/process.h"

#include <fcntl.h>
#include <sys/prctl.h>

#include "in_child.h"
#include "unit.h"

static const struct option_def *const tables[] = {NULL};
static const struct help_text help = {.program = "check_x"};

static enum options_result begin(void)
{
	static char name[] = "check_x";
	char *argv[] = {name, NULL};
	struct options options = {0};
	struct buf out = BUF_INIT(PROCESS_HELP_MAX);
	struct err err = {0};
	enum options_result result =
		process_options(tables, &help, 1, argv, &options, NULL, &out, &err);

	options_free(&options);
	buf_free(&out);
	return result;
}

/* prctl(2): no core is written, whatever its limit, and no other process of this user reads the
 * memory. */
static void leave_no_core(void)
{
	EXPECT(prctl(PR_GET_DUMPABLE) == 1);
	EXPECT(begin() == OPTIONS_OK);
	EXPECT(prctl(PR_GET_DUMPABLE) == 0);
}

START_TEST(test_process_options__leaves_no_core)
{
	assert_in_child(leave_no_core);
}
END_TEST

/* What is opened next is no standard file. */
static void occupy_standard_files(void)
{
	close(STDIN_FILENO);
	close(STDOUT_FILENO);
	EXPECT(begin() == OPTIONS_OK);
	EXPECT(open("/dev/null", O_RDONLY | O_CLOEXEC) > STDERR_FILENO);
	EXPECT(write(STDOUT_FILENO, "x", 1) < 0);
}

START_TEST(test_process_options__occupies_standard_files)
{
	assert_in_child(occupy_standard_files);
}
END_TEST

UNIT_MAIN("process", test_process_options__leaves_no_core,
	  test_process_options__occupies_standard_files)

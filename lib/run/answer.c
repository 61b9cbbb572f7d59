/* answer.c - the report on standard output and in a file, and a word where that cannot be done */
#include "config.h"

#include "run/answer.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/file_writer.h"
#include "base/interrupt.h"
#include "base/journal.h"
#include "base/text.h"
#include "report/monitoring.h"

enum { OUTPUT_MAX = 1 << 30, WORDS_MAX = 8192, HOST_SIZE = 256 };

/* What a reader has at least. */
static const int64_t READER_US = 1 * US_PER_S;
/* What the journal has at most. */
static const int64_t JOURNAL_US = US_PER_S / 2;

static int64_t answer_until(const struct limit *limit)
{
	int64_t until_us = clock_us() + READER_US;

	return limit && limit->until_us > until_us ? limit->until_us : until_us;
}

/* Standard error may be what nobody reads, too. */
static void complain(const struct plugin *p, const char *what, const char *why)
{
	struct buf words = BUF_INIT(WORDS_MAX);

	buf_printf(&words, "%s: %s%s\n", p->help.program, what, why);
	interrupt_write(STDERR_FILENO, buf_str(&words), words.len, clock_us());
	buf_free(&words);
}

enum state answer_put(const struct plugin *p, const struct buf *out, enum state state,
		      const struct limit *limit)
{
	if (interrupt_write(STDOUT_FILENO, buf_str(out), out->len, answer_until(limit)) == 0)
		return state;
	complain(p, "cannot write to standard output: ",
		 errno == ETIMEDOUT ? "nobody reads it" : text_errno(errno));
	return STATE_UNKNOWN;
}

static int put_file(const struct plugin *p, const struct settings *s, const struct report *report,
		    enum state state, struct err *err)
{
	char words[WORDS_MAX / 2];
	struct buf out = BUF_INIT(OUTPUT_MAX);

	s->format->write(report, &out);
	int rc = file_replace(s->output_file, buf_str(&out), out.len, answer_until(&s->limit), err);
	buf_free(&out);
	if (rc == 0)
		return 0;
	text_show(words, sizeof(words), err->text, strlen(err->text));
	complain(p, "", words);
	err_hint(err, "what was tested is %s", state_name(state));
	return err_prefix(err, "--output-file: ");
}

/* host has the machine's name, and is kept as long. */
static struct report make_report(const struct plugin *p, const struct settings *s,
				 const struct result *results, size_t count, char host[HOST_SIZE])
{
	if (gethostname(host, HOST_SIZE - 1))
		snprintf(host, HOST_SIZE, "localhost");
	return (struct report){
		.program = p->help.program,
		.program_version = PACKAGE_VERSION,
		.service = p->service,
		.protocol = p->protocol,
		.results = results,
		.count = count,
		.rules = &s->rules,
		.verbosity = s->verbosity,
		.perfdata = s->perfdata,
		.several = s->several,
		.limit_us = s->limit.us,
		.now = time(NULL),
		.exposed = s->exposed,
		.site = s->site ? s->site : host,
		.monitoring = s->monitoring != MONITORING_NO,
	};
}

/* A journal that does not take it changes no verdict. */
static void put_journal(const struct settings *s, struct report *report, char words[WORDS_MAX])
{
	struct buf record = BUF_INIT(OUTPUT_MAX);
	struct err err = {0};

	if (s->monitoring != MONITORING_JOURNAL || s->what_if)
		return;
	report_journal(report, &record);
	if (journal_send(JOURNAL_SOCKET, &record, clock_us() + JOURNAL_US, &err)) {
		text_show(words, WORDS_MAX, err.text, strlen(err.text));
		report->unlogged = words;
	}
	buf_free(&record);
}

enum state answer_report(const struct plugin *p, const struct settings *s,
			 const struct result *results, size_t count)
{
	char host[HOST_SIZE] = "", words[WORDS_MAX];
	struct buf out = BUF_INIT(OUTPUT_MAX);
	struct report report = make_report(p, s, results, count, host);
	const struct report_format *format = s->format;
	enum state state = verdict_worst(results, count);
	struct err err = {0};

	put_journal(s, &report, words);
	if (s->output_file && strcmp(s->output_file, "-") != 0) {
		format = report_formats;
		if (put_file(p, s, &report, state, &err))
			return (enum state)plugin_error(p, &err);
	}
	report_terminal(&report);
	format->write(&report, &out);
	state = answer_put(p, &out, state, &s->limit);
	buf_free(&out);
	return state;
}

void answer_event(const struct plugin *p, const struct settings *s, const struct err *err,
		  struct buf *out)
{
	const struct result r = {.err = *err, .state = state_of_error(err->kind)};
	char host[HOST_SIZE] = "", words[WORDS_MAX];
	struct report report = make_report(p, s, &r, 1, host);
	size_t start = out->len;

	if (!report.monitoring)
		return;
	put_journal(s, &report, words);
	monitoring_lines(&report, &r, out);
	report.exposed = NULL; /* told where the report is */
	report_warnings(&report, out);
	text_disarm(out->data + start, out->len - start);
}

/* report.h - the output formats; each is one file report_NAME.c and one row in report.c */
#ifndef MAILFLOW_REPORT_H
#define MAILFLOW_REPORT_H

#include "base/buf.h"
#include "judge/result.h"
#include "judge/verdict.h"

/* Performance data of several targets: those of all together, and of each its total where they are
 * few, or all that there is, or nothing. */
enum report_perfdata { PERFDATA_AUTO = 0, PERFDATA_ALL, PERFDATA_SUMMARY };
enum { PERFDATA_FEW = 16 };

struct report {
	const char *program, *program_version;
	const char *service;  /* "IMAP": first word of the status line */
	const char *protocol; /* "imap" */
	const struct result *results;
	size_t count;
	const struct verdict_rules *rules;
	int verbosity; /* number of -v */
	enum report_perfdata perfdata;
	bool several;         /* the options may mean more than one target, whatever came of them */
	int64_t limit_us;     /* of the whole run */
	time_t now;           /* when it is written */
	const char *exposed;  /* a file with a secret that others can read; NULL: none */
	const char *unlogged; /* why the journal has no record; NULL: it has, or is to have none */
	const char *site;     /* of --site, or the name of this machine */
	bool monitoring;      /* events and counters are added: --monitoring-context */

	/* set by report_terminal */
	int width;     /* columns that a line may take; 0 if nobody says */
	int height;    /* lines of the terminal; 0 if stdout is none */
	bool terminal; /* stdout is one: what engines can take is no limit */
	bool utf8;     /* characters beyond ASCII may be drawn with */
	bool colour;   /* it shows colours, and they are wanted */
};

/* Find out about stdout: width (the terminal's, else $COLUMNS, else 80 of a terminal), height,
 * terminal, utf8,
 * colour. */
void report_terminal(struct report *r);

typedef void report_fn(const struct report *r, struct buf *out);

struct report_format {
	const char *name;
	const char *about; /* for --help: what it holds, and for whom */
	report_fn *write;
	/* NULL, or what must succeed before any test, lest the report cannot be written: 0, or -1
	 * with the error set */
	int (*ready)(struct err *err);
	bool shows_dialog; /* of what failed, also without -vvv */
	bool shows_chain;  /* the certificates as sent, also without -vv */
};

/* All of them, that without --output first; ended by a name of NULL. */
extern const struct report_format report_formats[];
/* The format with that name, or NULL. */
const struct report_format *report_find(const char *name);
/* Their names for an error: "nagios, table". */
void report_names(struct buf *out);

report_fn report_nagios, report_table, report_csv, report_json, report_openmetrics, report_html;
int report_json_ready(struct err *err);
/* report_table of connector tests. */
report_fn report_connectors;
/* The record for the systemd journal (base/journal.h). */
report_fn report_journal;

/* The first line of report_nagios, without performance data. */
void report_status_line(const struct report *r, struct buf *out);
/* The targets, the worst first, otherwise in their order; to be freed. */
const struct result **report_rank(const struct report *r);

/* Shared by the formats (report_text.c); all of it may be shown to people (text_show). */

/* The result of what was not tested: "Skipped". */
extern const char report_skipped[];
/* "certificate not verified (-k)" */
extern const char report_not_verified[];
/* The same behind a comma, in fewer words if it took more than max bytes: what was not proven is
 * never passed over in silence. */
void report_put_not_verified(size_t max, struct buf *out);
/* The name of an end point in so many bytes: its host or connector gives way, but for some of it,
 * and of an account a long host, too; its port or binding stays. */
void report_shorten_label(char *label, size_t max);
/* What happened at one target, without the state word:
 * `mail.example.org:993 login: "NO ..." (wrong user or password)`. */
void report_sentence(const struct result *r, struct buf *out);
/* The same in at most max bytes, and up to so many more for a hint or a reason that then stands
 * there whole. Of a failure first what says nothing is left out, then the host's name gives way,
 * then the server's words are cut at their end. Some bytes of each, and the step, always stay,
 * which may need more than max. */
void report_sentence_fit(const struct result *r, size_t max, size_t more, struct buf *out);
/* The first line: so long is what stands before its hint, and so much more the hint may add. */
enum { REPORT_LINE_MAX = 119, REPORT_HINT_MORE = 130 };
enum { REPORT_TIME_SIZE = 32 };
/* A time as 2026-11-25T21:00:00Z (RFC 3339). Returns false, and "", where it has no such form. */
bool report_time(time_t when, char text[REPORT_TIME_SIZE]);
/* The same of clock_wall_us(), to a millisecond; 0 is no time. */
bool report_moment(int64_t wall_us, char text[REPORT_TIME_SIZE]);
/* What a hint behind this text stands between: `text (hint)`, or `text (more): hint`. */
struct hint_marks {
	const char *before, *behind;
};
struct hint_marks report_hint_marks(const char *text, size_t len);
/* What went wrong or raised an alert, without the end point's name; nothing if all is well. */
void report_error(const struct result *r, struct buf *out);
/* Lines, each ended by LF: address, TLS, certificate, and with a verbosity of 2 the measures and
 * the scenario. */
void report_details(const struct result *r, int verbosity, struct buf *out);
/* `NAME: text` and LF, or nothing if text is empty. */
void report_line(struct buf *out, const char *name, const char *text);
/* Such lines on the TLS of each leg (report_tls.c): session and certificate, a line to try by hand
 * where it failed, and with a verbosity of 2 what was offered, and the certificates as sent. */
void report_tls(const struct result *r, int verbosity, struct buf *out);
/* Those certificates alone; leg, "" or "SMTP ", stands in front of each line. seen may be NULL. */
void report_chain(const struct chain_seen *seen, const char *leg, struct buf *out);
/* `openssl s_client ...` for the connection whose TLS has failed; nothing where none has. */
void report_by_hand(const struct result *r, struct buf *out);
/* What is wrong with the run itself, a line each. */
void report_warnings(const struct report *r, struct buf *out);
/* The dialog, each line ended by LF. */
void report_transcript(const struct result *r, struct buf *out);

#endif

/* report_columns.h - a row a target, with the columns of the cmdlets that the plugins are the
 * counterparts of, to the letter: Test-ImapConnectivity and Test-PopConnectivity, or for connectors
 * Test-SmtpConnectivity */
#ifndef MAILFLOW_REPORT_COLUMNS_H
#define MAILFLOW_REPORT_COLUMNS_H

#include "report/report.h"

struct report_column {
	const char *name;
	bool number; /* a plain decimal number, or empty */
	bool tells;  /* why, or what there is to say */
	/* append the cell's text */
	void (*put)(const struct report *r, const struct result *t, struct buf *cell);
};

/* Those of this report's rows; ended by a name of NULL. */
const struct report_column *report_columns(const struct report *r);

/* Those that --monitoring-context adds behind them. */
extern const struct report_column report_monitoring_columns[];

/* "Success", "Skipped" or "Failure" of a mailbox test. A threshold that is passed critically is a
 * failure too; a warning goes with Success. */
extern const char report_success[], report_failure[];
const char *report_result_word(const struct result *t);

/* `48 end points: 45 Success, 3 Failure`, of connectors by their status codes. */
void report_counts(const struct report *r, struct buf *out);

/* Of a connector's test: its status code, or "Skipped"; the server; where it was tested, or would
 * have been; and what is to be said of it: the error or alert, or else the first line that the
 * server said. */
const char *report_status_word(const struct result *t);
const char *report_server(const struct result *t);
const char *report_endpoint(const struct result *t, char label[ENDPOINT_LABEL_SIZE]);
void report_connector_details(const struct result *t, struct buf *text);

#endif

/* result.h - what one target's test came to; every report is made from it */
#ifndef MAILFLOW_RESULT_H
#define MAILFLOW_RESULT_H

#include <stdarg.h>
#include <stdbool.h>
#include <time.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/timeline.h"
#include "judge/connector_status.h"
#include "judge/state.h"
#include "mail/message.h"
#include "mail/sasl/logon.h"
#include "mail/trace.h"
#include "net/chain_seen.h"
#include "net/endpoint.h"
#include "net/resolve.h"
#include "net/tls.h"

/* A number besides the steps: mailbox size, bytes read. */
struct measure {
	const char *name; /* constant */
	double value;
	const char *uom;
};

enum {
	RESULT_MEASURES = 8,
	RESULT_TEXT_SIZE = 320,
	RESULT_NOTE_SIZE = 1280,
	REMARK_SIZE = 400,
	RESULT_PLACE_SIZE =
		ENDPOINT_LABEL_SIZE + ADDRESS_TEXT_SIZE + 16, /* HOST ADDRESS:PORT:TYPE */
	RESULT_LABEL_SIZE = RESULT_PLACE_SIZE + 256           /* behind a name */
};

/* A step that a test would take, and what it would do in it. */
struct planned_step {
	char name[STEP_NAME_SIZE]; /* as in the timeline: imap_login */
	char *what;                /* owned */
};

/* What was learnt before any test, and belongs to a result that it may make a WARNING. */
struct remark {
	enum state state;
	const char *fault; /* its id; NULL: none; constant */
	char text[REMARK_SIZE];
};

/* Where front and back ends are tested beside each other. */
enum side { SIDE_NONE = 0, SIDE_FRONT, SIDE_BACK };

struct result {
	struct endpoint endpoint;
	enum side side;
	size_t pair; /* of all sides: the same number where it is the same mailbox, in a row */
	struct endpoint smtp_endpoint; /* of a mailbox test's SMTP leg; no host: there is none */
	/* the only address that is tested, of those that the host or the binding may have; "": the
	 * first that answers */
	char one_address[ADDRESS_TEXT_SIZE];
	const char *account; /* who logs on; NULL: nobody does; borrowed */
	const char *section; /* of --accounts, or the rule that is tested; NULL: none; borrowed */
	char label[RESULT_LABEL_SIZE]; /* HOST:PORT, of an account behind its section's name */
	const char *scenario;          /* "Test IMAP4 Connectivity", ...; constant */
	bool skipped;                  /* nothing was done (--what-if) */
	struct planned_step *planned;  /* with --what-if, what would be done; owned */
	size_t planned_count;
	char done[RESULT_TEXT_SIZE]; /* what was proven, for the OK line: "delivered and read" */
	char note[RESULT_NOTE_SIZE]; /* what the reader should know besides (result_note) */
	enum state note_state;       /* the worst that it calls for */
	const char *note_id;         /* of the fault that it tells of; NULL: none; constant */
	const struct remark *remark; /* what belongs to it besides; NULL: nothing; borrowed */
	char message_id
		[MESSAGE_ID_SIZE];    /* of the test message: "<TOKEN@host>"; "": none was sent */
	char queue_id[QUEUE_ID_SIZE]; /* what the server calls it that accepted it, if it said so */
	struct trace trace;           /* what it says itself of its way */
	struct timeline timeline;
	struct err err;                      /* kind ERR_NONE: all steps done */
	struct tls_info tls;                 /* of the connection to the end point */
	struct tls_info smtp_tls;            /* of the SMTP leg of a mailbox test */
	const char *mechanism;               /* by which it was logged on, or tried last; constant.
					    "" or NULL: none */
	const char *smtp_mechanism;          /* of the SMTP leg */
	bool trust_any;                      /* -k was given */
	const char *protocol;                /* "imap", "pop", "smtp", "lmtp"; constant */
	const char *sni, *smtp_sni;          /* that are asked for; NULL: the hosts; borrowed */
	const char *ca_file;                 /* as given; NULL: not; borrowed */
	struct chain_seen *seen, *smtp_seen; /* owned; NULL: nobody wants them */
	char address[ADDRESS_TEXT_SIZE];     /* that answered */
	char local[ADDRESS_TEXT_SIZE], smtp_local[ADDRESS_TEXT_SIZE]; /* our ends */
	char tried[256];                                              /* addresses that did not */
	char smtp_address[ADDRESS_TEXT_SIZE], smtp_tried[256];        /* of the SMTP leg */
	struct measure measure[RESULT_MEASURES];
	size_t measures;
	struct buf transcript; /* the dialog, secrets masked; empty unless -vvv */

	/* of a connector's test, else connector is NULL; borrowed */
	const char *connector; /* its name; "" for an end point without one */
	const char *server;    /* may be NULL */
	const char *binding;   /* as configured; "" where there is none */
	struct buf details;    /* the server's replies, a line each */

	/* filled by sides_measure: how much longer all took through this front end than at the back
	 * end */
	bool has_delay;
	int64_t delay_us;

	/* filled by verdict_judge from the above and the thresholds */
	enum state state;
	enum connector_status status; /* of a connector's test */
	/* which threshold, if that decided: "delivery 31.2 s (critical 30)" */
	char alert[RESULT_TEXT_SIZE];
	const char *alert_id; /* of that fault; NULL: none; constant */
};

/* Whether it was the SMTP leg of a mailbox test that failed. */
bool result_failed_on_smtp(const struct result *r);

/* Whether a certificate was taken without a look at it, on either connection. */
bool result_unverified(const struct result *r);

/* Whether it failed because the account is limited for a while: it has asked for too much. */
bool result_is_throttled(const struct result *r);

/* Something the reader should know although all steps were done; it raises the result's state to
 * this one at least. What calls for more than OK is put in front. */
void result_note(struct result *r, enum state state, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Say what was learnt, and of which fault that tells; NULL: of none. */
void remark_set(struct remark *remark, enum state state, const char *fault, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* As result_note, of what was learnt before. */
void result_note_remark(struct result *r, const struct remark *remark);

/* Note where one of the result's connections does not serve the certificate of --certificate-file.
 * whose is "" or "SMTP ". */
void result_note_renewal(struct result *r, const struct tls_info *tls, const char *whose);

/* Add a step to what would be done. */
void result_plan(struct result *r, const char *step, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void result_vplan(struct result *r, const char *step, const char *fmt, va_list ap)
	__attribute__((format(printf, 3, 0)));

/* What a note tells of is a fault of that id; the first one stays. */
void result_note_fault(struct result *r, const char *id);

/* How the leg (whose name stands before: "", "SMTP ") was logged on to. */
void result_note_logon(struct result *r, const struct logon_memory *logon, const char *leg);

/* The id of the fault that decided the state: of the error, the threshold, or the note; "" of
 * none. */
const char *result_fault(const struct result *r);

void result_add_measure(struct result *r, const char *name, double value, const char *uom);

/* Frees what the result owns, not the struct. */
void result_free(struct result *r);

#endif

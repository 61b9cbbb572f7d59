/* timeline.h - the ordered steps of one target, each named and timed, and the deadlines they run
 * under.
 *
 * A leg is one connection's part of the dialog ("imap", "smtp"). Only step(), timeline_leg() and
 * timeline_cleanup() move a deadline; whatever waits reads timeline.deadline_us. */
#ifndef MAILFLOW_TIMELINE_H
#define MAILFLOW_TIMELINE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum step_outcome { STEP_OK, STEP_FAILED };

enum { TIMELINE_STEPS = 32, STEP_NAME_SIZE = 32 };

struct timeline_step {
	char name[STEP_NAME_SIZE]; /* with the leg's prefix: imap_login */
	int64_t start_us;          /* since timeline.begin_us */
	int64_t duration_us;       /* grows when the step is entered again */
	enum step_outcome outcome;
};

struct timeline {
	struct timeline_step step[TIMELINE_STEPS];
	size_t count;
	int64_t begin_us;
	int64_t wall_us;  /* the same by the wall's clock (clock_wall_us) */
	int64_t total_us; /* set by timeline_end */

	int64_t deadline_us; /* of the current step: what io_wait is given */
	int64_t leg_us;      /* deadline of the current leg */
	int64_t work_us;     /* deadline of everything but the cleanup */
	int64_t final_us;    /* deadline of the cleanup too */
	/* the limit that made deadline_us: the kind of error that its passing is, the option that
	 * sets it, and how long it is by that option */
	enum err_kind limit_kind;
	const char *limit_name;
	int64_t limit_us;
	int64_t leg_limit_us, run_limit_us;

	const char *prefix; /* of the current leg: "", "imap_", "smtp_" */
	size_t current;     /* index of the running step; count if none runs */
	bool held;          /* timeline_hold */
	int64_t entered_us; /* when the running step was entered, absolute */
	struct err *err;    /* where a passed deadline is recorded; borrowed */

	/* for the thread that watches: the running step's name (NULL before the first), whether a
	 * resolver is being asked, which knows no deadline, and the lock of the steps */
	_Atomic(const char *) running;
	atomic_bool resolving;
	pthread_mutex_t lock;
};

/* Start the clock of a zeroed timeline. deadline_us is absolute; the last reserve_us of it are kept
 * for timeline_cleanup(). limit_us is the run's limit as it was set, which messages name: the
 * deadline may lie a little before it. */
void timeline_begin(struct timeline *tl, struct err *err, int64_t limit_us, int64_t deadline_us,
		    int64_t reserve_us);

/* Enter a leg: its steps are named PREFIX + name (prefix is a string constant, "" for none) and
 * must all be done limit_us from now (0: bounded by the whole run only). May be called again for
 * the same leg. */
void timeline_leg(struct timeline *tl, const char *prefix, int64_t limit_us);

/* End the running step as STEP_OK and start (or re-enter) the one with this name, which steps.h
 * lists: the leg's prefix comes in front, unless the step stands alone. Returns 0, or -1 with
 * ERR_TIMEOUT or ERR_RUN_TIMEOUT when the deadline has already passed. */
int step(struct timeline *tl, const char *name);

/* While held, step() keeps the running step, and only looks at the deadline: that step goes on
 * through whole dialogs that serve it, such as logging on again to see whether a message has come.
 * Their own steps are not recorded. */
void timeline_hold(struct timeline *tl, bool held);

/* Record "timed out after N s (OPTION)", as ERR_TIMEOUT where it is the leg's limit, and as
 * ERR_RUN_TIMEOUT where it is the run's; for those who find that deadline_us has passed. what says
 * what was waited for ("no answer", "could not connect"). Returns -1. */
int timeline_timed_out(struct timeline *tl, const char *what);

/* The dialog has failed: the running step is STEP_FAILED, its name goes into err->step. Once. */
void timeline_fail(struct timeline *tl);

/* From now on the reserved slice may be used too: deleting, LOGOUT, QUIT. limit_us as in
 * timeline_leg. */
void timeline_cleanup(struct timeline *tl, int64_t limit_us);

/* The running step in truth began at since_us (absolute), before it was entered: delivery begins
 * with the server's acceptance, though QUIT comes in between. Steps may overlap thus. */
void timeline_backdate(struct timeline *tl, int64_t since_us);

/* The running step began at since_us, and took only took_us of the time until now: what it waited
 * for was there then, and nobody has looked at it since. What is still to come of it is added. */
void timeline_took(struct timeline *tl, int64_t since_us, int64_t took_us);

/* Stop the running step and the clock. */
void timeline_end(struct timeline *tl);

/* For the thread that watches another one's timeline, in which a step has been entered: the steps
 * as if they had ended now, the running one as STEP_FAILED. */
void timeline_look(struct timeline *tl, struct timeline *seen_r);

/* The step with that full name, or NULL. */
const struct timeline_step *timeline_find(const struct timeline *tl, const char *name);

#endif

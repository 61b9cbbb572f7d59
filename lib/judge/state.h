/* state.h - the plugin states and what leads to them */
#ifndef MAILFLOW_STATE_H
#define MAILFLOW_STATE_H

#include "base/err.h"

/* The values are the exit codes of the monitoring-plugins guidelines. */
enum state { STATE_OK = 0, STATE_WARNING = 1, STATE_CRITICAL = 2, STATE_UNKNOWN = 3 };
enum { STATES = 4 };

/* CRITICAL > WARNING > UNKNOWN > OK */
extern const enum state states_worst_first[STATES];

/* "OK", "WARNING", "CRITICAL", "UNKNOWN" */
const char *state_name(enum state s);
/* The same in the middle of a sentence: "critical" */
const char *state_word(enum state s);
/* ok, warning, critical, unknown or 0-3, any case. Returns 0 or -1. */
int state_parse(const char *text, enum state *state_r);
/* The worse of both. */
enum state state_worst(enum state a, enum state b);
/* The state an error leads to (DESIGN, "States"), unless -t N:STATE says what the run's limit comes
 * to. */
enum state state_of_error(enum err_kind kind);

#endif

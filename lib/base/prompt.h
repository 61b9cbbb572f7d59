/* prompt.h - a question to the person at the controlling terminal, which need not be standard
 * input */
#ifndef MAILFLOW_PROMPT_H
#define MAILFLOW_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/err.h"

enum { PROMPT_NO_TERMINAL = 1 };

/* Ask, and read the line that is typed then to answer, without its line end; "" at the end of input
 * (Ctrl-D). What was typed before the question is dropped, and what of the line does not fit. With
 * echo false nothing of it is shown. Ctrl-Z stops the process with the terminal as it was; when it
 * goes on, it asks again. A person takes what time it takes, unless the limit was given by an
 * option; all of that time is added to the limit, for it is none of the run's. In the main thread,
 * after interrupt_hold, and before threads are started. Returns 0, PROMPT_NO_TERMINAL without an
 * error set, or -1: ERR_LOCAL when the limit has passed, ERR_ENDED when a signal came. */
int prompt_ask(const char *question, bool echo, struct limit *limit, char *answer, size_t size,
	       struct err *err);

/* Say it to that person, and to nobody else: a secret that is written down nowhere. Returns 0, or
 * PROMPT_NO_TERMINAL. */
int prompt_tell(const char *text);

#endif

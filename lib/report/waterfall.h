/* waterfall.h - a target's steps on one time axis, as inline SVG: each has a line of its own, with
 * its name, its time, and a bar from its start to its end
 *
 * Lengths across are shares of the whole, those down and the text are not scaled: the picture can
 * be read at any width. Colours are those of html_style. */
#ifndef MAILFLOW_WATERFALL_H
#define MAILFLOW_WATERFALL_H

#include "report/report.h"

/* Nothing where no step was taken. Thresholds are said behind the times, and marked on the axis
 * where they have a place on it. */
void waterfall_put(struct buf *out, const struct report *r, const struct result *t);

#endif

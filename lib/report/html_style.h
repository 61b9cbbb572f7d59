/* html_style.h - how the pages of report_html.c look */
#ifndef MAILFLOW_HTML_STYLE_H
#define MAILFLOW_HTML_STYLE_H

/* CSS: light and dark as the reader's system is, the table stacked where it has no room. The heads
 * of its columns are then repeated by rules that the page adds. */
extern const char html_style[];

#endif

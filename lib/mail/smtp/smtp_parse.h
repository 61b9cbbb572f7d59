/* smtp_parse.h - replies and EHLO keywords, without any socket (RFC 5321 section 4.2, RFC 2034) */
#ifndef MAILFLOW_SMTP_PARSE_H
#define MAILFLOW_SMTP_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"
#include "mail/sasl/mechanisms.h"

enum { SMTP_REPLY_MAX = 65536, SMTP_REPLY_LINES_MAX = 512 };

struct smtp_line {
	int code;         /* 200 to 599 */
	bool last;        /* a blank or nothing behind the code; '-' says that more follow */
	const char *text; /* points into the line */
	size_t len;
};

/* One reply line without CRLF: three digits, then '-', blank, or the end.
 * Returns 0, or -1 if it is not one (also for codes outside 200-599). */
int smtp_parse_line(const char *line, size_t len, struct smtp_line *line_r);

/* A whole reply. */
struct smtp_reply {
	int code;          /* 0 while there is none */
	char enhanced[12]; /* "5.7.8" from the first line if its class fits the code, else "" */
	struct buf text;   /* the lines' texts, joined with LF */
	unsigned int lines;
	bool complete; /* its last line is there */
};

#define SMTP_REPLY_INIT ((struct smtp_reply){.text = BUF_INIT(SMTP_REPLY_MAX)})

/* Add a line. Returns 1 when the reply is complete, 0 when more must follow, -1 if the line is
 * malformed, has another code than the lines before it, or the reply grows beyond its maximum. */
int smtp_reply_add(struct smtp_reply *r, const char *line, size_t len);
/* Code and all lines, joined by blanks; the enhanced code that each line repeats, once. */
void smtp_reply_join(const struct smtp_reply *r, struct buf *words);
void smtp_reply_clear(struct smtp_reply *r);
void smtp_reply_free(struct smtp_reply *r);

/* An enhanced status code at the start of text: class "." subject "." detail (RFC 3463). Copies it
 * and returns its length, or returns 0. */
size_t smtp_parse_enhanced(const char *text, size_t len, char code_r[12]);

struct smtp_capabilities {
	bool known; /* EHLO was answered */
	bool starttls, smtputf8, size, pipelining, chunking;
	char mechanisms[SASL_MECHANISMS_SIZE]; /* of AUTH and "AUTH=" */
};

/* The lines of a 250 reply to EHLO, joined with LF, that say what is offered. The first line is the
 * greeting and is left out, unless it is the only one: then the server has left out the greeting,
 * or has nothing to offer. */
struct span smtp_offers(const char *text);

/* From that text. */
void smtp_parse_capabilities(const char *text, struct smtp_capabilities *caps_r);

#endif

/* pop3_parse.h - POP3 replies, without any socket (RFC 1939, RFC 2449, RFC 3206)
 *
 * A line is given without its CRLF. Nothing is copied: spans point into what was given. */
#ifndef MAILFLOW_POP3_PARSE_H
#define MAILFLOW_POP3_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hint.h"
#include "base/span.h"
#include "mail/sasl/mechanisms.h"

/* The largest maildrop that is believed. */
#define POP3_MESSAGES_MAX UINT32_MAX
#define POP3_SIZE_MAX     (UINT64_C(1) << 53)

enum pop3_status { POP3_OK, POP3_ERR, POP3_CONTINUATION };

struct pop3_reply {
	enum pop3_status status;
	struct span words; /* the whole line */
	struct span code;  /* inside the brackets: IN-USE, SYS/TEMP; len 0 if there is none */
	struct span text;  /* behind the code; of a continuation: behind "+ " */
};

/* "+OK", "-ERR" or "+", each alone or before a blank. Returns 0, or -1 if it is no reply. */
int pop3_parse_reply(const char *line, size_t len, struct pop3_reply *reply_r);

/* A line of a multi-line answer: true if it is the one that ends it; else a stuffed dot is taken
 * off, and CRs from its end. */
bool pop3_line_ends(struct span *line);

/* "2 320" and what a server adds behind it. Returns 0, or -1 if these are not numbers, or out of
 * range. */
int pop3_parse_stat(struct span text, uint32_t *messages_r, uint64_t *size_r);

/* The same where a server gives no size: "2", "2 messages", "2 -1610612736" (32 bits were too few).
 * Returns 0, or -1 if there is no number of messages, or a size that is out of range. */
int pop3_parse_stat_count(struct span text, uint32_t *messages_r);

/* "2 320", a message and its size in octets. Returns 0 or -1. */
int pop3_parse_list(struct span line, uint32_t *number_r, uint64_t *size_r);

/* "2 whqtswO00WBw418f9t5JxYwZ", a message and its unique-id (RFC 1939: printable, 70 characters; up
 * to 255 are taken). Returns 0 or -1. */
int pop3_parse_uidl(struct span line, uint32_t *number_r, struct span *uid_r);

/* Whether a line of a listing begins with a number that no message can have. Other lines that
 * pop3_parse_uidl does not take are odd and no more: blank, without a unique-id, too long. */
bool pop3_number_impossible(struct span line);

/* The answers to "LIST n" and "UIDL n", also from servers that leave out the number. Return 1; 0 if
 * it is neither form, so that nothing is known, and a listing may follow; -1 if it is about another
 * message, or impossible. */
int pop3_parse_list_answer(struct span text, uint32_t number, uint64_t *size_r);
int pop3_parse_uidl_answer(struct span text, uint32_t number, struct span *uid_r);

/* How two unique-ids follow upon each other where a server counts them up: the longer is the
 * greater, else the first byte that differs decides. Less than, equal to or greater than 0. */
int pop3_uid_compare(struct span a, struct span b);

struct pop3_capabilities {
	bool known; /* CAPA was answered +OK */
	bool top, uidl, user, stls, pipelining, utf8, auth_resp_code;
	uint32_t login_delay_s;                /* of LOGIN-DELAY; 0: none, or not a number */
	bool delay_by_user;                    /* each user may have another one */
	char mechanisms[SASL_MECHANISMS_SIZE]; /* of SASL */
};

/* Add what one line of the answer to CAPA says; names and mechanisms in any case, unknown ones are
 * passed over. */
void pop3_parse_capability(struct span line, struct pop3_capabilities *caps);

/* The timestamp in a greeting that offers APOP, angle brackets included; len 0 if there is none, or
 * if it is not shaped like a message identifier (RFC 1939 section 7; what is not is bait:
 * CVE-2007-1558). */
struct span pop3_parse_timestamp(struct span greeting);

/* Whether the logon was refused only because of another session: to be tried again. By response
 * code, or where a server gives none, by the words that servers use. */
bool pop3_is_in_use(const struct pop3_reply *reply);
/* Whether it was refused because the last one was too recent (RFC 2449 section 8.1.1, LOGIN-DELAY);
 * also by the words. */
bool pop3_is_too_soon(const struct pop3_reply *reply);
/* Whether it was refused for a while that nobody knows: a trouble that should pass, or because the
 * server limits how often one may log on. */
bool pop3_is_busy(const struct pop3_reply *reply);
/* The kind of error that a refusal is: ERR_THROTTLED where it is too soon or the account has asked
 * for too much, ERR_TRANSIENT for another trouble that should pass, or otherwise. */
enum err_kind pop3_refusal_kind(const struct pop3_reply *reply, enum err_kind otherwise);
/* Whether it says that the command is not known, or not supported. */
bool pop3_is_not_known(const struct pop3_reply *reply);
/* Whether a refusal is not about the credentials for sure (RFC 3206 section 4, SYS/). */
bool pop3_is_system(const struct pop3_reply *reply);

/* What a person can do about a refusal, from the response code or the words; NULL if there is
 * nothing to say. */
const struct hint *pop3_hint(const struct pop3_reply *reply);
/* All the rows, one after the other; NULL behind the last. */
const struct hint *pop3_hint_at(size_t index);

#endif

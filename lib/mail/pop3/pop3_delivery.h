/* pop3_delivery.h - the test message in a POP3 maildrop: wait for it, read it, delete it and the
 * stale ones
 *
 * A session shows the maildrop as it was at the logon, so that waiting means logging on again and
 * again. A message is touched only when its fetched header proves that it is ours (message.h). */
#ifndef MAILFLOW_POP3_DELIVERY_H
#define MAILFLOW_POP3_DELIVERY_H

#include <stdint.h>

#include "mail/message.h"
#include "mail/delivery.h"
#include "mail/pop3/pop3.h"
#include "mail/trace.h"

/* Messages looked at from each end of the maildrop for the one that is waited for, and again for
 * its copies. */
enum { POP3_LOOK_MAX = 32 };

/* Copies and stale messages are looked for among POP3_BATCH messages, the test message one of them,
 * in one write, and as many in a small maildrop as in a large one. Where others' mail has come or
 * gone, among so many of the newest, and only if a stale one is found among as many older ones
 * drawn at random, until so many bytes were read. */
enum { POP3_STALE_WINDOW = 16, POP3_STALE_BYTES = 24 * 1024 };

/* Messages whose unique-ids tell whether the numbers follow the time. */
enum { POP3_SAMPLE = 5 };

/* Messages that a clean-up looks at. */
enum { POP3_CLEANUP_MAX = POP3_BATCH + 2 * POP3_STALE_WINDOW + POP3_LOOK_MAX };

/* In a maildrop of an order that cannot be relied on, the unique-ids of up to so many messages are
 * compared. */
enum { POP3_LISTED_MAX = 10000 };

/* So many copies of the message are deleted, itself included. */
enum { POP3_COPIES_MAX = 16 };

/* So many sessions may be ended by messages that are larger than the server says. */
enum { POP3_AVOID_MAX = 8 };

/* What a header has shown. */
struct pop3_look {
	uint32_t number;
	char token[TOKEN_LEN + 1]; /* message_token, or "" */
	bool report;               /* a delivery status notification, maybe about our message */
};

/* A message to be deleted once two looks have said the same. */
struct pop3_finding {
	uint32_t number;
	char token[TOKEN_LEN + 1];
	bool copy;  /* of this run's message; else stale */
	bool again; /* the second look has said so, too */
};

/* What a bounce says of our message, not cleaned. */
enum { POP3_BOUNCED_SIZE = 240 };

struct pop3_delivery {
	const char *token;
	long max_age_s;      /* of stale bounces */
	const char *receipt; /* what the server said that accepted the message */

	/* what is known to be there without the message, first by pop3_delivery_note */
	uint32_t messages;
	uint64_t size;
	uint64_t ends;   /* hash of the first and the last message's unique-id */
	uint64_t *known; /* hashes of unique-ids, sorted; NULL where the numbers' order can be
			    relied on */
	size_t known_count;
	uint32_t sample[POP3_SAMPLE]; /* whose unique-ids pop3_delivery_leave asks for */
	size_t sampled;
	int64_t answer_us; /* what the quickest answer took */

	/* by pop3_delivery_await, of the newest session */
	uint32_t number;   /* of the message: of one, if there are copies */
	bool newest_first; /* found from the front */
	bool unseen;       /* one of what seemed new was refused to be shown: it may be ours */
	uint32_t candidate[POP3_LOOK_MAX]; /* found among these: what is new */
	size_t candidates;
	struct pop3_look look[3 * POP3_LOOK_MAX]; /* all that it was looked for at */
	size_t looks;

	/* messages that turned out to be larger than the server says, each of which ended a
	 * session; by their numbers in a maildrop of so many messages and bytes */
	uint32_t avoid[POP3_AVOID_MAX];
	size_t avoided, cut_offs;
	uint32_t avoid_messages;
	uint64_t avoid_size;

	/* by pop3_delivery_prove */
	struct pop3_finding found[POP3_CLEANUP_MAX];
	size_t found_count;
	unsigned int changes;      /* out: what became of the message on its way */
	struct delivery_late late; /* out: another one that came meanwhile */
	uint32_t before;           /* messages that were there before it was sent */
	struct trace trace;        /* out: what its header says of its way */
	size_t copies;             /* out: how often it was there */
	bool more_copies;          /* out: at least so often */
	unsigned int stale;        /* out: stale messages marked */
	struct err refused; /* out: what the server said to the first one that it did not let be
				 marked; kind ERR_NONE: nothing */
	char bounced[POP3_BOUNCED_SIZE], bounced_by[100]; /* it came back, and who said so; or "" */
	char delayed[POP3_BOUNCED_SIZE];                  /* some server still tries; or "" */
};

/* All of pop3_log_on; a maildrop that another session has locked ([IN-USE]), and a server that
 * refuses a logon so soon after another one ([LOGIN-DELAY]), are waited for within "login". */
int pop3_delivery_log_on(struct pop3 *s, const struct mail_account *account);

/* "stat": what is in the maildrop before the message is sent. */
int pop3_delivery_note(struct pop3 *s, struct pop3_delivery *delivery);

/* "logout": what is still to be noted is asked for, and QUIT, in one write. Records no error. The
 * answers are read by pop3_delivery_await, or else by pop3_part. */
void pop3_delivery_leave(struct pop3 *s, const struct pop3_delivery *delivery);

/* "delivery" (from accepted_us on, absolute), "search": logs on at growing intervals until the
 * message is there; once the server has refused that for its LOGIN-DELAY, no more often than it
 * wants. To be called without a session, or after pop3_delivery_leave; returns 0 with one and with
 * delivery->number, or -1: ERR_DELIVERY when it has not come. */
int pop3_delivery_await(struct pop3 *s, const struct mail_account *account,
			struct pop3_delivery *delivery, int64_t accepted_us);

/* The session in which it was found has broken (pop3_distrust): another one, in which it is looked
 * for again: "search". */
int pop3_delivery_find_again(struct pop3 *s, const struct mail_account *account,
			     struct pop3_delivery *delivery);

/* "fetch": the whole message, the second look at it: see delivery_look_again. "cleanup": its
 * copies, and test messages older than max_age_s, are looked at twice. Nothing is marked yet. Looks
 * that disprove each other are ERR_DELIVERY. */
int pop3_delivery_prove(struct pop3 *s, struct pop3_delivery *delivery, long max_age_s);

/* "delete", "logout": all that was proven so is marked, and deleted by QUIT, which counts only if
 * the server says so; one write where PIPELINING is offered, for each of these messages may be
 * deleted by itself. That the server refuses to mark another one than the message itself is no
 * error: see delivery->refused. */
int pop3_delivery_delete(struct pop3 *s, struct pop3_delivery *delivery);

/* Accepts a zeroed struct. */
void pop3_delivery_free(struct pop3_delivery *delivery);

#endif

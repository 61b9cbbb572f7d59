/* imap_delivery.c - the test message in an IMAP mailbox: wait for it, and read it */
#include "mail/imap/imap_delivery.h"

#include "base/clock.h"
#include "mail/delivery.h"
#include "mail/imap/imap_command.h"
#include "mail/imap/imap_inquiry.h"
#include "mail/imap/imap_look.h"
#include "mail/imap/imap_stale.h"

/* The first question gets to the server so long after the acceptance. */
static const int64_t FIRST_US = 10 * US_PER_MS;

static const char undone[] = "nothing was deleted";

/* ---- waiting ---- */

/* A new session, in which numbers and UIDs mean what they meant before only if the mailbox is still
 * the same. Its time is that of the running step. */
static int open_again(struct imap *s, const struct mail_account *account, const char *mailbox,
		      struct imap_delivery *delivery)
{
	struct timeline *tl = s->conn.tl;
	uint32_t uidvalidity = s->uidvalidity, old = s->old;

	timeline_hold(tl, true);
	int rc = imap_log_on(s, account) || imap_select(s, mailbox);
	timeline_leg(tl, tl->prefix, 0);
	timeline_hold(tl, false);
	if (rc)
		return -1;
	if (s->uidvalidity != uidvalidity)
		delivery->first_uid = 0;
	if (s->old > old)
		s->old = old;
	return 0;
}

/* mailutils shows nothing new to a session after another one has changed the mailbox, and it is not
 * alone: what is missing is looked for once more with a new session. If that fails, the message is
 * missing. The old session must not end before: mailutils would write over what is there what that
 * session takes to be there. Returns 1, 0 if it does not show it either, or -1. */
static int look_afresh(struct imap *s, const struct mail_account *account, const char *mailbox,
		       struct imap_delivery *delivery)
{
	struct timeline *tl = s->conn.tl;
	struct err failed = {0}, *err = conn_set_err(&s->conn, &failed);

	imap_set_aside(s);
	int rc = open_again(s, account, mailbox, delivery);
	timeline_hold(tl, true);
	if (rc == 0)
		rc = imap_delivery_look(s, delivery);
	timeline_hold(tl, false);
	conn_set_err(&s->conn, err);
	if (rc || !delivery->uid)
		return rc ? -1 : 0;
	delivery->blind = true;
	return step(tl, "search") ? -1 : 1;
}

/* answers: the new session can be asked for more. Where it was cut off in the midst of an answer,
 * what comes next may be anything. */
static int missing(struct imap *s, const struct mail_account *account, const char *mailbox,
		   struct imap_delivery *delivery, bool answers)
{
	bool odd = s->odd[0]; /* so far: what the inquiry was told explains nothing */

	if (answers)
		imap_inquire(s, account, mailbox, delivery);
	else
		delivery_missing(s->conn.tl, delivery->receipt);
	if (odd)
		err_hint(s->conn.err, "server said: %s", s->odd);
	return -1;
}

/* Leave the server alone until until_us (absolute), or until it tells of something: for longer
 * than a moment in IDLE. */
static int pass_time(struct imap *s, int64_t until_us)
{
	if (s->caps.idle && until_us - clock_us() > DELIVERY_FAST_US)
		return imap_idle(s, until_us);
	return conn_wait(&s->conn, until_us) < 0 ? -1 : 0;
}

/* When to ask next. A server that has shown that it pushes is left in IDLE. */
static int64_t next_question(const struct imap *s, int64_t accepted_us)
{
	int64_t now = clock_us();

	return now + (s->caps.idle && s->pushes ? DELIVERY_INTERVAL_MAX_US
						: delivery_next_interval(now - accepted_us));
}

/* One question, where the first that is more than one command ends the session in a new one. */
static int ask(struct imap *s, const struct mail_account *account, const char *mailbox,
	       struct imap_delivery *delivery, bool look)
{
	if (imap_delivery_ask(s, delivery, look) == 0)
		return 0;
	return imap_broke(s) && open_again(s, account, mailbox, delivery) == 0
		       ? imap_delivery_ask(s, delivery, true)
		       : -1;
}

/* Ask until the message is there, or give_up_us has come. Returns 1, 0, or -1. */
static int await(struct imap *s, const struct mail_account *account, const char *mailbox,
		 struct imap_delivery *delivery, int64_t accepted_us, int64_t give_up_us)
{
	int64_t next = accepted_us + delivery_first_interval(FIRST_US, 1, s->conn.quickest_us);

	for (;; next = next_question(s, accepted_us)) {
		if (next > give_up_us)
			next = give_up_us;
		bool often = next - clock_us() <= DELIVERY_FAST_US;
		if (pass_time(s, next))
			return -1;
		bool last = clock_us() >= give_up_us;
		/* beyond the fast polls look in any case: not every server tells of what is new */
		if (ask(s, account, mailbox, delivery, !often || last))
			return -1;
		if (delivery->uid || last)
			return delivery->uid != 0;
	}
}

int imap_delivery_await(struct imap *s, const struct mail_account *account, const char *mailbox,
			struct imap_delivery *delivery, int64_t accepted_us)
{
	if (delivery_begin(s->conn.tl, accepted_us))
		return -1;
	int64_t give_up = delivery_give_up(s->conn.tl);
	int rc = await(s, account, mailbox, delivery, accepted_us, give_up);
	if (rc)
		return rc < 0 ? -1 : 0;
	int seen = look_afresh(s, account, mailbox, delivery);
	return seen > 0 ? 0 : missing(s, account, mailbox, delivery, seen == 0);
}

/* ---- reading ---- */

/* A whole message of this run: the second look at it. */
static int note_text(void *ctx, const struct imap_fetch *fetch)
{
	struct imap_look *l = ctx;
	struct message_header header;
	struct err ignored = {0};

	if (!fetch->body.len) /* NIL, or nothing of it: not shown */
		return 0;
	message_header_parse(fetch->body.at, fetch->body.len, &header);
	imap_look_note(l->s, fetch, &header);
	if (fetch->uid != l->delivery->uid) /* a copy: what became of it does not matter */
		return 0;
	size_t len;
	const char *shown = conn_shown(&l->s->conn, fetch->body.at, fetch->body.len, &len);
	trace_parse(shown, len, &l->delivery->trace);
	delivery_look_again(fetch->body.at, fetch->body.len, l->delivery->token,
			    &l->delivery->changes, &ignored);
	return 0;
}

/* Ours and its copies, as much of each as matters. What may be stale is asked for before that in
 * the same write, if it can be. */
static int fetch_texts(struct imap_look *l, const struct imap_set *set, bool *refused_r)
{
	struct imap *s = l->s;

	if (s->pipelining == IMAP_PIPELINING_BREAKS || !s->old)
		return imap_fetch(s, set, IMAP_TEXT, note_text, l, refused_r);
	if (imap_gather(s) ||
	    imap_send_gathered(s, imap_stale_ask(s, s->old) ||
					  imap_fetch_send(s, set, IMAP_TEXT, note_text, l)) ||
	    imap_stale_note(s, l->delivery))
		return -1;
	return imap_fetch_finish(s, refused_r);
}

int imap_delivery_read(struct imap *s, struct imap_delivery *delivery)
{
	struct imap_look l = {.s = s, .delivery = delivery};
	uint32_t uid[IMAP_WANTED_MAX];
	const struct imap_set set = {.uid = uid, .count = imap_watch_left(&s->watch, false, uid)};
	bool refused;

	if (step(s->conn.tl, "fetch") || fetch_texts(&l, &set, &refused))
		return -1;
	/* whole, where a part is refused */
	if (refused && imap_fetch(s, &set, IMAP_WHOLE, note_text, &l, NULL))
		return -1;
	if (s->watch.contradicted)
		return delivery_two_messages(s->conn.err, undone);
	const struct imap_message *m = imap_watch_find(&s->watch, delivery->uid);
	if (m && imap_message_is_proven(m))
		return 0;
	err_set(s->conn.err, ERR_DELIVERY, "test message arrived, but cannot be read");
	return err_fault(s->conn.err, "message-unreadable");
}

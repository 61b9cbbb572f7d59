/* pop3_delivery.c - waiting for the test message in a POP3 maildrop: one session after another,
 * until it is there */
#include "mail/pop3/pop3_delivery.h"

#include "base/clock.h"
#include "mail/delivery.h"
#include "mail/pop3/pop3_again.h"
#include "mail/pop3/pop3_bounce.h"
#include "mail/pop3/pop3_known.h"
#include "mail/pop3/pop3_search.h"

struct waiting {
	const struct mail_account *account;
	struct pop3_delivery *delivery;
	int64_t interval_us;
	bool last;          /* as far as is known there is no time for another visit */
	struct err refused; /* the newest logon, for now; kind ERR_NONE: it was not */
};

/* One logon, and a look if anything has changed. */
static int visit(struct pop3 *s, struct waiting *w)
{
	struct timeline *tl = s->conn.tl;
	struct pop3_delivery *delivery = w->delivery;
	/* to look without need costs more than to ask, so not as long as it is done often */
	bool in_doubt = w->interval_us > DELIVERY_FAST_US, changed = false;

	w->refused = (struct err){0};
	timeline_hold(tl, true);
	int rc = pop3_log_on(s, w->account);
	if (rc && s->refusal != POP3_FOR_GOOD) {
		w->refused = *s->conn.err;
		pop3_forget_refusal(s);
	} else if (rc == 0) {
		rc = pop3_search_begin(s, delivery, in_doubt, &changed);
	}
	bool searching = !tl->held;
	timeline_hold(tl, false);
	if (w->refused.kind)
		return 0;
	if (rc)
		return searching ? -1 : err_prefix(s->conn.err, "logging on again: ");
	if ((changed || w->last) && pop3_search(s, delivery, w->last))
		return -1;
	if (!delivery->number && pop3_bounce_look(s, delivery))
		return -1;
	if (!delivery->number) {
		timeline_hold(tl, true);
		pop3_part(s);
		timeline_hold(tl, false);
	}
	return 0;
}

/* No logon is left: the time is up, or the server wants more of it. With its words; that nobody may
 * look is no proof that the message is not there. */
static int not_seen(struct pop3 *s, const struct err *refused)
{
	bool in_use = s->refusal == POP3_IN_USE;

	err_set(s->conn.err, in_use ? ERR_DELIVERY : refused->kind, "test message not seen: %s%s%s",
		in_use ? "another session has the maildrop (" : "", refused->text,
		in_use ? ")" : "");
	if (refused == &s->insists && s->login_delay_s) /* it may have changed since */
		err_hint(s->conn.err, "%u s between two logons", s->login_delay_s);
	if (refused->hint[0])
		err_hint(s->conn.err, "%s", refused->hint);
	return err_fault(s->conn.err, in_use ? "pop-in-use" : err_id(refused));
}

/* Whether the server has insisted on so long a delay that a logon now is the last one. */
static bool delay_bars_next(const struct pop3 *s, int64_t give_up_us)
{
	int64_t delay_us = s->login_delay_s * US_PER_S;

	return s->insists.kind && clock_us() + delay_us >= give_up_us;
}

/* The maildrop is shown as it is at the logon: that is said behind the greeting, which is there
 * already, or else behind TLS. */
static int64_t first_interval(const struct mail_account *account, int64_t answer_us)
{
	enum { IN_THE_CLEAR = 1, BEHIND_TLS = 3 };
	bool clear = account->endpoint->mode == TLS_MODE_PLAINTEXT;

	return delivery_first_interval(POP3_POLL_FIRST_US, clear ? IN_THE_CLEAR : BEHIND_TLS,
				       answer_us);
}

int pop3_delivery_find_again(struct pop3 *s, const struct mail_account *account,
			     struct pop3_delivery *delivery)
{
	struct timeline *tl = s->conn.tl;
	bool changed;

	if (step(tl, "search"))
		return -1;
	timeline_hold(tl, true);
	int rc = pop3_delivery_log_on(s, account);
	timeline_hold(tl, true);
	rc = rc || pop3_search_begin(s, delivery, true, &changed) ||
	     pop3_search(s, delivery, false);
	timeline_hold(tl, false);
	if (rc || delivery->number)
		return rc ? -1 : 0;
	err_set(s->conn.err, ERR_DELIVERY, "test message was there, and is gone");
	return err_fault(s->conn.err, "message-unreadable");
}

int pop3_delivery_await(struct pop3 *s, const struct mail_account *account,
			struct pop3_delivery *delivery, int64_t accepted_us)
{
	struct timeline *tl = s->conn.tl;
	struct waiting w = {.account = account, .delivery = delivery};

	w.interval_us = first_interval(account, delivery->answer_us);
	pop3_known_hear(s, delivery);
	delivery->before = delivery->messages;
	if (delivery_begin(tl, accepted_us))
		return -1;
	int64_t give_up = delivery_give_up(tl);
	for (;; w.interval_us = pop3_next_interval(s, w.interval_us, accepted_us)) {
		if (s->not_before_us >= give_up)
			return not_seen(s, &s->insists);
		pop3_pause(s, w.interval_us, give_up);
		bool over = clock_us() >= give_up;
		w.last = over || delay_bars_next(s, give_up);
		if (visit(s, &w)) {
			if (!pop3_distrust(s) || step(tl, "delivery"))
				return -1;
			continue;
		}
		if (delivery->number)
			return 0;
		if (delivery->bounced[0])
			return pop3_bounce_tell(s, delivery);
		if (w.refused.kind && !pop3_may_try_again(s, give_up))
			return not_seen(s, &w.refused);
		if (over) {
			delivery_inquire(tl);
			delivery_missing(tl, delivery->receipt);
			if (delivery->delayed[0])
				err_hint(s->conn.err, "still tried: %s", delivery->delayed);
			return -1;
		}
	}
}

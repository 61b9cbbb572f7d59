/* pop3_again.c - logging on again: what a server has refused only for now, and how long it is left
 * alone */
#include "mail/pop3/pop3_again.h"

#include "base/clock.h"
#include "mail/delivery.h"
#include "mail/pop3/pop3_delivery.h"
#include "net/io.h"

/* How long a server is left alone at first that wants fewer logons, but does not say how few. */
static const int64_t PATIENCE_US = US_PER_S;

bool pop3_may_try_again(const struct pop3 *s, int64_t give_up_us)
{
	if (clock_us() >= give_up_us || s->not_before_us >= give_up_us)
		return false;
	switch (s->refusal) {
	case POP3_IN_USE:
	case POP3_TOO_SOON:
		return true;
	case POP3_BUSY:
		return s->logged_on_us != 0;
	case POP3_FOR_GOOD:
		break;
	}
	return false;
}

void pop3_pause(struct pop3 *s, int64_t interval_us, int64_t until_us)
{
	struct timeline *tl = s->conn.tl;
	int64_t next = clock_us() + interval_us;

	timeline_leg(tl, tl->prefix, 0);
	if (s->not_before_us > next)
		next = s->not_before_us;
	io_wait(-1, 0, next < until_us ? next : until_us);
}

int64_t pop3_next_interval(const struct pop3 *s, int64_t interval_us, int64_t since_us)
{
	bool unsaid = s->refusal == POP3_TOO_SOON && !s->login_delay_s;

	if (!unsaid && s->refusal != POP3_BUSY)
		return delivery_next_interval(clock_us() - since_us);
	return interval_us < PATIENCE_US ? PATIENCE_US : 2 * interval_us;
}

void pop3_forget_refusal(struct pop3 *s)
{
	*s->conn.err = (struct err){0};
	pop3_part(s);
}

int pop3_delivery_log_on(struct pop3 *s, const struct mail_account *account)
{
	struct timeline *tl = s->conn.tl;
	int64_t interval = POP3_POLL_FIRST_US, begun = clock_us();

	timeline_leg(tl, tl->prefix, 0);
	int64_t give_up = delivery_give_up(tl);
	bool locked = false;
	int rc = pop3_log_on(s, account);
	while (rc && pop3_may_try_again(s, give_up)) {
		locked = s->refusal == POP3_IN_USE;
		timeline_hold(tl, true);
		pop3_forget_refusal(s);
		interval = pop3_next_interval(s, interval, begun);
		pop3_pause(s, interval, give_up);
		rc = pop3_log_on(s, account);
	}
	timeline_hold(tl, false);
	double waited_s = (double)(clock_us() - begun) / (double)US_PER_S;
	if (rc && (locked || s->refusal == POP3_IN_USE)) {
		err_hint(s->conn.err, "another session has had the maildrop for %.*g s",
			 SECONDS_DIGITS(waited_s), waited_s);
		err_fault(s->conn.err, "pop-in-use");
	}
	return rc;
}

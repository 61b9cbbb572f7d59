/* pop3_bounce.c - a bounce of the test message that came back into the maildrop */
#include "mail/pop3/pop3_bounce.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "mail/bounce.h"
#include "mail/delivery.h"

struct bounces {
	const struct pop3_delivery *delivery;
	time_t now;
	uint32_t number[POP3_REPORTS_MAX]; /* of those about our message, or a stale one */
	size_t count, again;               /* as many as the second look has shown to be so */
	bool ours;                         /* one is about our message */
	struct bounce worst;               /* of these */
};

/* Whether a text is a bounce that is to be deleted: of this run, or a stale one. */
static bool is_wanted(const struct bounces *found, const char *text, size_t len, struct bounce *b_r)
{
	return bounce_parse(text, len, b_r) == 0 &&
	       bounce_is_wanted(b_r, found->delivery->token, found->now,
				found->delivery->max_age_s);
}

static int find(void *ctx, uint32_t number, const char *text, size_t len)
{
	struct bounces *found = ctx;
	struct bounce b;

	if (!is_wanted(found, text, len, &b))
		return 0;
	bool ours = message_is_ours(&b.returned, found->delivery->token);
	if (ours && (!found->ours || b.action > found->worst.action))
		found->worst = b;
	found->ours = found->ours || ours;
	found->number[found->count++] = number;
	return 0;
}

static int confirm(void *ctx, uint32_t number, const char *text, size_t len)
{
	struct bounces *found = ctx;
	struct bounce b;

	(void)number;
	found->again += is_wanted(found, text, len, &b);
	return 0;
}

static int look_at_reports(struct pop3 *s, const struct pop3_delivery *delivery,
			   struct bounces *found)
{
	uint32_t number[POP3_REPORTS_MAX];
	size_t count = 0;

	for (size_t i = 0; i < delivery->looks && count < POP3_REPORTS_MAX; i++)
		if (delivery->look[i].report)
			number[count++] = delivery->look[i].number;
	return pop3_texts(s, number, count, find, found);
}

/* In a maildrop anybody can write: without what must not be shown. */
static void note_words(struct pop3 *s, struct pop3_delivery *delivery, const struct bounce *b)
{
	bool failed = b->action == BOUNCE_FAILED;
	struct buf words = BUF_INIT(sizeof(*b));
	size_t len;

	if (!failed && b->action != BOUNCE_DELAYED)
		return;
	bounce_format(b, &words);
	const char *shown = conn_shown(&s->conn, buf_str(&words), words.len, &len);
	snprintf(failed ? delivery->bounced : delivery->delayed, POP3_BOUNCED_SIZE, "%.*s",
		 (int)len, shown);
	shown = conn_shown(&s->conn, b->remote, strlen(b->remote), &len);
	if (failed)
		snprintf(delivery->bounced_by, sizeof(delivery->bounced_by), "%.*s", (int)len,
			 shown);
	buf_free(&words);
}

static int delete_them(struct pop3 *s, struct bounces *found)
{
	if (pop3_texts(s, found->number, found->count, confirm, found))
		return -1;
	if (found->again != found->count)
		return delivery_two_messages(s->conn.err, "nothing was deleted");
	for (size_t i = 0; i < found->count; i++)
		if (pop3_dele(s, found->number[i], NULL))
			return -1;
	return pop3_quit(s);
}

/* The verdict does not depend on it. */
static void remove_them(struct pop3 *s, struct pop3_delivery *delivery, struct bounces *found)
{
	struct err problem = {0}, *err = conn_set_err(&s->conn, &problem);

	timeline_hold(s->conn.tl, true);
	if (delete_them(s, found)) {
		err_prefix(&problem, "bounce not deleted: ");
		delivery->refused = problem;
		pop3_part(s);
	}
	timeline_hold(s->conn.tl, false);
	conn_set_err(&s->conn, err);
}

int pop3_bounce_look(struct pop3 *s, struct pop3_delivery *delivery)
{
	struct bounces found = {.delivery = delivery, .now = time(NULL)};

	if (look_at_reports(s, delivery, &found))
		return -1;
	if (!found.count)
		return 0;
	note_words(s, delivery, &found.worst);
	if (!s->cut_off) /* else the session has ended */
		remove_them(s, delivery, &found);
	return 0;
}

int pop3_bounce_tell(struct pop3 *s, const struct pop3_delivery *delivery)
{
	err_set(s->conn.err, ERR_DELIVERY, "bounced: %s", delivery->bounced);
	if (delivery->bounced_by[0])
		err_hint(s->conn.err, "said by %s", delivery->bounced_by);
	return err_fault(s->conn.err, "bounced");
}

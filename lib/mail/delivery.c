/* delivery.c - the test message's life in a mailbox: what IMAP and POP3 share */
#include "mail/delivery.h"

#include <string.h>
#include <time.h>

#include <gnutls/crypto.h>

#include "mail/message.h"

static const int64_t SHORTEST_US = 10 * US_PER_MS;
/* Besides a tenth of the time waited; what is missing to 0.3 s is for asking and answering. */
static const int64_t LATE_US = 250 * US_PER_MS;
static const int64_t INQUIRY_MIN_US = US_PER_S, INQUIRY_MAX_US = 5 * US_PER_S;

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

int64_t delivery_first_interval(int64_t shows_us, int round_trips, int64_t answer_us)
{
	int64_t left_us = shows_us - round_trips * answer_us;

	return left_us > 0 ? left_us : 0;
}

int64_t delivery_next_interval(int64_t waited_us)
{
	/* most messages come at once: at first the questions are as close as the time is short */
	int64_t soon = waited_us / 4 * 3;
	int64_t late = waited_us / 10 + LATE_US;

	if (soon < SHORTEST_US)
		return SHORTEST_US;
	return least(soon, least(late, DELIVERY_INTERVAL_MAX_US));
}

int delivery_begin(struct timeline *tl, int64_t accepted_us)
{
	timeline_leg(tl, tl->prefix, 0);
	if (step(tl, "delivery"))
		return -1;
	timeline_backdate(tl, accepted_us);
	return 0;
}

static int64_t inquiry_us(int64_t limit_us, int64_t left_us)
{
	int64_t slice = least(limit_us / 10, INQUIRY_MAX_US);

	return least(slice < INQUIRY_MIN_US ? INQUIRY_MIN_US : slice, left_us / 6);
}

int64_t delivery_give_up(const struct timeline *tl)
{
	int64_t left = tl->deadline_us - clock_us();

	left -= inquiry_us(tl->run_limit_us, left);
	return clock_us() + left - least(left / 10, US_PER_S);
}

void delivery_inquire(struct timeline *tl)
{
	timeline_hold(tl, true);
}

int delivery_missing(struct timeline *tl, const char *receipt)
{
	const struct timeline_step *waiting = timeline_find(tl, "delivery");
	int64_t waited_us = waiting ? clock_us() - tl->begin_us - waiting->start_us : 0;
	double waited_s = (double)waited_us / (double)US_PER_S;

	timeline_hold(tl, false);
	return err_set(tl->err, ERR_DELIVERY, "not there %.*g s after \"%s\"",
		       SECONDS_DIGITS(waited_s), waited_s, receipt);
}

void delivery_note_late(struct delivery_late *late, const struct message_header *header,
			const char *token)
{
	const char *found = message_token(header);
	time_t now = time(NULL);

	if (!found || !strcmp(found, token) || !header->has_date || header->date > now)
		return;
	*late = (struct delivery_late){.came = true, .after_s = now - header->date};
}

int delivery_two_messages(struct err *err, const char *undone)
{
	err_set(err, ERR_DELIVERY, "server shows two messages under one number: %s", undone);
	return err_fault(err, "two-messages");
}

int delivery_look_again(const char *text, size_t len, const char *token, unsigned int *changes_r,
			struct err *err)
{
	struct message_header header;

	message_header_parse(text, len, &header);
	if (!message_is_ours(&header, token))
		return delivery_two_messages(err, "nothing was deleted");
	*changes_r = message_changes(&header);
	if (!message_body_has_token(text, len, token))
		*changes_r |= MESSAGE_TEXT_CHANGED;
	return 0;
}

void delivery_choose_window(uint32_t count, uint32_t size, struct delivery_window *window_r)
{
	uint32_t older = count > size ? count - size : 0;
	uint32_t random = 0;

	*window_r = (struct delivery_window){.newest_from = older + 1};
	if (!older)
		return;
	if (older > size) {
		gnutls_rnd(GNUTLS_RND_NONCE, &random, sizeof(random));
		random %= older - size + 1;
	}
	window_r->older_from = 1 + random;
	window_r->older_to = older > size ? random + size : older;
}

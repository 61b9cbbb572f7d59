/* scram.c - what a server says in SCRAM, looked at before GNU SASL is given it */
#include "mail/sasl/scram.h"

#include <string.h>

#include "base/base64.h"

/* Take off "x=" and the value, up to the next comma. Returns 0, or -1 if it is not this one. */
static int take_attribute(struct span *message, const char *name, struct span *value_r)
{
	if (!message->at || strncmp(message->at, name, message->len < 2 ? message->len : 2) != 0 ||
	    message->len < 2)
		return -1;
	*value_r = span_cut(message, ',');
	span_skip(value_r, 2);
	return 0;
}

struct span scram_nonce(struct span client_first)
{
	struct span item, nonce = {"", 0};

	while (span_next(&client_first, ',', &item))
		if (item.len > 2 && !memcmp(item.at, "r=", 2))
			nonce = (struct span){item.at + 2, item.len - 2};
	return nonce;
}

static int check_nonce(struct span theirs, struct span ours, struct err *err)
{
	if (theirs.len > ours.len && ours.len && !memcmp(theirs.at, ours.at, ours.len))
		return 0;
	err_set(err, ERR_PROTOCOL, "SCRAM: the server's nonce does not extend this client's");
	return err_fault(err, "logon-impostor");
}

static int check_salt(struct span salt, struct err *err)
{
	struct buf bytes = BUF_INIT(salt.len);
	bool good = base64_decode(&bytes, salt.at, salt.len) == 0 && bytes.len;

	buf_free(&bytes);
	return good ? 0 : err_set(err, ERR_PROTOCOL, "SCRAM: the server's salt is no base64");
}

static bool is_number(struct span s)
{
	size_t digits = 0;

	while (digits < s.len && s.at[digits] >= '0' && s.at[digits] <= '9')
		digits++;
	return s.len && digits == s.len;
}

static int check_iterations(struct span number, unsigned int *count_r, struct err *err)
{
	int shown = (int)(number.len < 20 ? number.len : 20);
	uint64_t count;

	if (!is_number(number))
		return err_set(err, ERR_PROTOCOL, "SCRAM: \"%.*s\" is no number of iterations",
			       shown, number.at);
	if (span_parse_uint(number, SCRAM_ITERATIONS_MAX, &count))
		return err_set(err, ERR_PROTOCOL,
			       "SCRAM: the server wants %.*s iterations, more than %d", shown,
			       number.at, SCRAM_ITERATIONS_MAX);
	if (count < SCRAM_ITERATIONS_MIN)
		return err_set(err, ERR_PROTOCOL,
			       "SCRAM: the server wants %.*s iterations, fewer than %d", shown,
			       number.at, SCRAM_ITERATIONS_MIN);
	*count_r = (unsigned int)count;
	return 0;
}

int scram_check_first(struct span message, struct span nonce, struct scram_work *work_r,
		      struct err *err)
{
	struct span theirs, salt, iterations;

	*work_r = (struct scram_work){0};
	if (message.len > 1 && !memcmp(message.at, "m=", 2))
		return err_set(err, ERR_PROTOCOL, "SCRAM: the server wants an extension (m=)");
	if (take_attribute(&message, "r=", &theirs) || take_attribute(&message, "s=", &salt) ||
	    take_attribute(&message, "i=", &iterations))
		return err_set(err, ERR_PROTOCOL, "SCRAM: malformed challenge");
	if (check_nonce(theirs, nonce, err) || check_salt(salt, err))
		return -1;
	work_r->salt = salt;
	return check_iterations(iterations, &work_r->iterations, err);
}

struct span scram_refusal(struct span message)
{
	struct span why;

	return take_attribute(&message, "e=", &why) ? (struct span){"", 0} : why;
}

bool scram_refuses_binding(struct span why)
{
	return span_is(why, "unsupported-channel-binding-type") ||
	       span_is(why, "channel-binding-not-supported");
}

/* imap_response.c - IMAP responses: each read whole, taken apart by imap_parse, and what it tells
 * noted.
 *
 * Untagged data is noted in any order, and at any time; a tagged response or a continuation that
 * nothing has asked for ends the session, as does BYE anywhere but at logout. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "mail/imap/imap.h"
#include "mail/imap/imap_command.h"
#include "net/spoken.h"

/* ---- reading ---- */

/* The first line of a response. Only what a SEARCH has found may be longer than other lines: then
 * ends_r is false, and this is its start. */
static int read_first_line(struct imap *s, const char **line_r, size_t *len_r, bool *ends_r)
{
	if (conn_read_piece(&s->conn, line_r, len_r, ends_r))
		return -1;
	bool whole = *ends_r && *len_r <= CONN_LINE_MAX;
	if (!whole && !text_starts_nocase(*line_r, *len_r, "* SEARCH "))
		return err_set(s->conn.err, ERR_PROTOCOL, "line longer than %d bytes",
			       CONN_LINE_MAX);
	if (memchr(*line_r, '\0', *len_r))
		return err_set(s->conn.err, ERR_PROTOCOL, "NUL byte in the server's answer");
	return 0;
}

/* Keep the start of such a line up to the last blank, where a number ends, and pass over the rest:
 * the number of messages that anybody may have marked has no limit. */
static int cut_response(struct imap *s, const char *start, size_t len)
{
	bool ends = false;

	s->response_cut = true;
	while (start[len - 1] != ' ')
		len--;
	buf_append(&s->response, start, len);
	while (!ends) {
		if (conn_read_piece(&s->conn, &start, &len, &ends))
			return -1;
		s->passed_over += len;
		if (s->passed_over > IMAP_SEARCH_MORE_MAX)
			return err_set(s->conn.err, ERR_PROTOCOL, "answer larger than %d bytes",
				       IMAP_SEARCH_MORE_MAX);
	}
	return 0;
}

/* Some servers put a line end behind a literal before they go on with the list. */
static int read_past_line_end(struct imap *s, const char **line_r, size_t *len_r)
{
	char next;

	if (!imap_is_fetch(buf_str(&s->response), s->response.len))
		return 0;
	if (conn_peek(&s->conn, &next))
		return -1;
	return next == ')' || next == ' ' ? conn_read_line(&s->conn, line_r, len_r) : 0;
}

/* One whole response, not yet taken apart: its lines, and the literals between them. */
static int read_response(struct imap *s)
{
	const char *line;
	size_t len;
	bool ends;

	buf_clear(&s->response);
	s->response_cut = false;
	if (read_first_line(s, &line, &len, &ends))
		return -1;
	if (!ends)
		return cut_response(s, line, len);
	bool data = imap_line_is_data(line, len);
	for (;;) {
		uint32_t size = 0;
		int literal = data ? imap_line_literal(line, len, IMAP_RESPONSE_MAX, &size) : 0;
		if (buf_append(&s->response, line, len))
			return err_set(s->conn.err, ERR_PROTOCOL, "response larger than %d bytes",
				       IMAP_RESPONSE_MAX);
		if (literal < 0)
			return conn_err_server(&s->conn, ERR_PROTOCOL,
					       "literal of impossible size:", buf_str(&s->response),
					       s->response.len);
		if (!literal)
			return 0;
		if (buf_append_str(&s->response, "\r\n") ||
		    conn_read_bytes(&s->conn, &s->response, size))
			return err_set(s->conn.err, ERR_PROTOCOL, "response larger than %d bytes",
				       IMAP_RESPONSE_MAX);
		if (conn_read_line(&s->conn, &line, &len))
			return -1;
		if (!len && read_past_line_end(s, &line, &len))
			return -1;
	}
}

int imap_not_a_response(struct imap *s, const char *what)
{
	s->disorder = true;
	return conn_err_server(&s->conn, ERR_PROTOCOL, what, buf_str(&s->response),
			       s->response.len);
}

static struct span whole_response(const struct imap *s)
{
	return (struct span){buf_str(&s->response), s->response.len};
}

void imap_note_odd(struct imap *s, struct span words)
{
	size_t len;

	if (s->odd[0])
		return;
	const char *shown = conn_shown(&s->conn, words.at, words.len, &len);
	snprintf(s->odd, sizeof(s->odd), "%.*s", (int)len, shown);
}

static bool behind_our_tag(const struct imap *s)
{
	for (size_t i = 0; i < s->open_count; i++)
		if (text_starts_nocase(buf_str(&s->response), s->response.len, s->open[i].tag))
			return true;
	return false;
}

/* A line that is no response answers nothing of ours, and is passed over: servers put empty ones
 * between responses, and break texts in two. Before the logon it rather shows that this is no IMAP
 * server, and behind our tag that it is none to go on with. */
static int pass_over(struct imap *s, struct imap_response *r)
{
	const char *line = buf_str(&s->response);

	if (behind_our_tag(s) || (*line && *line != '*' && !s->logged_on))
		return imap_not_a_response(s, "not an IMAP response:");
	if (*line)
		imap_note_odd(s, whole_response(s));
	*r = (struct imap_response){.kind = IMAP_UNTAGGED};
	return 0;
}

/* ---- what they tell ---- */

/* The newest answer counts. The lists in one answer add up: a restriction that is said once
 * (LOGINDISABLED) is meant, and some servers tell in two parts what they can do. What is offered in
 * but one of them costs no more than a refusal. */
static void note_capabilities(struct imap *s, struct span list)
{
	if (!s->caps_told)
		s->caps = (struct imap_capabilities){0};
	s->caps_told = true;
	imap_parse_capabilities(list, &s->caps);
}

/* UIDs are those of the mailbox as it was selected: in another one they are other messages. Which
 * it is, some servers tell only behind their answer to SELECT. */
static int note_uidvalidity(struct imap *s, struct span code)
{
	const size_t name = strlen("UIDVALIDITY ");
	uint32_t uidvalidity =
		0; /* also what is no number of 32 bits, and never the one of SELECT */

	if (!imap_code_is(code, "UIDVALIDITY") || code.len <= name)
		return 0;
	imap_code_number(code, "UIDVALIDITY", &uidvalidity);
	bool changed = s->uidvalidity ? uidvalidity != s->uidvalidity : s->selected && !uidvalidity;
	if (changed) {
		err_set(s->conn.err, ERR_PROTOCOL,
			"mailbox was renumbered meanwhile (UIDVALIDITY %u became %.*s)",
			s->uidvalidity, (int)(code.len - name), code.at + name);
		return err_fault(s->conn.err, "imap-renumbered");
	}
	s->uidvalidity = uidvalidity;
	return 0;
}

/* CAPABILITY, UIDNEXT and UIDVALIDITY come in response codes, tagged or not. */
static int note_code(struct imap *s, const struct imap_response *r)
{
	if (imap_code_is(r->code, "CAPABILITY")) {
		struct span list = r->code;
		span_skip(&list, strlen("CAPABILITY"));
		note_capabilities(s, list);
	}
	imap_code_number(r->code, "UIDNEXT", &s->uidnext);
	if (r->kind == IMAP_TAGGED && imap_code_is(r->code, "READ-ONLY"))
		s->read_only = true;
	/* "OK Success [THROTTLED]": Gmail does what was asked for, slowly */
	if (imap_code_is(r->code, "THROTTLED") || span_contains(r->text, "[THROTTLED]"))
		s->slowed = true;
	return note_uidvalidity(s, r->code);
}

/* Also of what nobody has asked for: flags that others have changed. One that is malformed cannot
 * be about a message of ours that can be told. */
static int note_fetch(struct imap *s, const struct imap_response *r)
{
	struct imap_fetch fetch;

	if (imap_parse_fetch(r->rest, &fetch)) {
		imap_note_odd(s, whole_response(s));
		return 0;
	}
	fetch.number = r->number;
	if (fetch.has_flags)
		imap_watch_mark(&s->watch, fetch.number, fetch.deleted);
	return imap_collect_add(&s->collect, &fetch);
}

/* What SEARCH has found only suggests: without it messages are looked for in another way. */
static void note_found(struct imap *s, int rc)
{
	if (rc < 0) {
		imap_note_odd(s, whole_response(s));
		s->search_malformed = true;
	}
	s->search_told = s->search_told || rc == 0;
	s->uids.cut = s->uids.cut || s->response_cut;
}

static int note_bye(struct imap *s, const struct imap_response *r)
{
	s->bye = true;
	if (s->parting)
		return 0;
	const struct hint *limit = imap_limit(r->code, r->text, s->selected);
	conn_err_server(&s->conn, limit ? ERR_THROTTLED : ERR_CLOSED,
			"server ended the session:", r->words.at, r->words.len);
	err_advise(s->conn.err, limit ? limit : imap_hint(r->code, r->text));
	return -1;
}

static void note_expunge(struct imap *s, uint32_t number)
{
	s->exists -= s->exists > 0;
	s->old -= number <= s->old;
	s->seen -= number <= s->seen;
	imap_watch_expunge(&s->watch, number);
	imap_collect_expunge(&s->collect, number);
}

/* "* 12 EXISTS" and its like */
static int note_message_data(struct imap *s, const struct imap_response *r)
{
	if (span_is(r->name, "FETCH"))
		return note_fetch(s, r);
	if (span_is(r->name, "EXISTS")) {
		s->exists = r->number;
		s->arrivals++;
	} else if (span_is(r->name, "EXPUNGE")) {
		note_expunge(s, r->number);
	}
	return 0;
}

static void note_folder(struct imap *s, struct span rest)
{
	struct imap_folder folder;

	if (s->sought && imap_parse_list(rest, &folder) == 0)
		imap_sought_note(s->sought, &folder);
}

static int note_untagged(struct imap *s, const struct imap_response *r)
{
	if (r->status == IMAP_BYE)
		return note_bye(s, r);
	if (r->status != IMAP_NO_STATUS)
		return note_code(s, r);
	if (span_is(r->name, "CAPABILITY"))
		note_capabilities(s, r->rest);
	else if (span_is(r->name, "SEARCH"))
		note_found(s, imap_parse_search(r->rest, &s->uids));
	else if (span_is(r->name, "ESEARCH"))
		note_found(s, imap_parse_esearch(r->rest, s->search_tag, &s->uids));
	else if (span_is(r->name, "LIST"))
		note_folder(s, r->rest);
	else if (span_is(r->name, "QUOTA") && s->quota)
		imap_parse_quota(r->rest, s->quota);
	else if (r->has_number)
		return note_message_data(s, r);
	return 0;
}

int imap_read(struct imap *s, struct imap_response *r)
{
	if (read_response(s))
		return -1;
	if (imap_parse_response(buf_str(&s->response), s->response.len, r))
		return pass_over(s, r);
	if (r->kind == IMAP_UNTAGGED)
		return note_untagged(s, r);
	if (r->kind == IMAP_CONTINUATION)
		return 0;
	struct imap_response answer = *r;
	return imap_take_answer(s, r) || note_code(s, &answer) ? -1 : 0;
}

int imap_read_greeting(struct imap *s, struct imap_response *r)
{
	if (read_response(s))
		return -1;
	if (imap_parse_response(buf_str(&s->response), s->response.len, r) ||
	    r->kind != IMAP_UNTAGGED) {
		imap_not_a_response(s, "not an IMAP greeting:");
		err_advise(s->conn.err, spoken_other_hint(buf_str(&s->response), s->response.len));
		return -1;
	}
	if (r->status == IMAP_BYE)
		return note_bye(s, r);
	if (r->status != IMAP_OK && r->status != IMAP_PREAUTH)
		return imap_not_a_response(s, "not an IMAP greeting:");
	return note_code(s, r);
}

/* smtp_hint.c - which row of the table a refusal is */
#include "mail/smtp/smtp_hint.h"

#include <string.h>

#include "base/span.h"
#include "mail/smtp/smtp_hint_table.h"

static bool enhanced_fits(const char *pattern, const char *enhanced)
{
	if (!pattern)
		return true;
	return *enhanced && !strcmp(pattern, *pattern == '.' ? enhanced + 1 : enhanced);
}

static bool verb_fits(const char *pattern, const char *verb)
{
	if (!pattern || !strcmp(pattern, verb))
		return true;
	return !strcmp(pattern, "end of DATA") && !strcmp(verb, "BDAT");
}

static const struct hint *find(const struct smtp_rows *rows, const struct smtp_reply *reply,
			       const char *verb)
{
	const struct span text = {buf_str(&reply->text), reply->text.len};

	for (const struct smtp_row *row = rows->row; row < rows->row + rows->count; row++) {
		if (row->code && row->code != reply->code)
			continue;
		if (!enhanced_fits(row->enhanced, reply->enhanced) || !verb_fits(row->verb, verb))
			continue;
		if (!row->words || span_contains(text, row->words))
			return &row->hint;
	}
	return NULL;
}

const struct hint *smtp_limit(const struct smtp_reply *reply)
{
	return reply->code < 400 ? NULL : find(&smtp_limit_rows, reply, "");
}

const struct hint *smtp_hint(const struct smtp_reply *reply, const char *verb)
{
	const struct hint *limit = smtp_limit(reply);

	if (limit || reply->code < 400)
		return limit;
	return find(&smtp_hint_rows, reply, verb);
}

const struct hint *smtp_unanswered(const char *verb)
{
	static const struct hint behind_envelope = {
		"smtp-unanswered",
		"a policy service or lookup behind it hangs? see the server's log"};
	static const struct hint behind_text = {
		"smtp-unanswered-text",
		"a content filter behind it hangs? it may have been taken all the same"};

	return verb_fits("end of DATA", verb) ? &behind_text : &behind_envelope;
}

const struct hint *smtp_hint_at(size_t index)
{
	if (index < smtp_limit_rows.count)
		return &smtp_limit_rows.row[index].hint;
	index -= smtp_limit_rows.count;
	return index < smtp_hint_rows.count ? &smtp_hint_rows.row[index].hint : NULL;
}

/* ehlo_rules.c - requirements on the answer to EHLO, read and checked. No sockets. */
#include "mail/smtp/ehlo_rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/span.h"
#include "base/xalloc.h"
#include "mail/smtp/smtp_parse.h"

enum { RULE_MAX = 120, SHOWN_MAX = 60 };

/* ---- reading ---- */

static bool is_keyword(const char *text, size_t len)
{
	/* RFC 5321 section 4.1.1.1: ehlo-keyword; X-EXPS and its kin fit, and underscores do no
	 * harm */
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];
		bool digit = c >= '0' && c <= '9';
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		if (!digit && !letter && (i == 0 || (c != '-' && c != '_')))
			return false;
	}
	return len > 0;
}

static enum ehlo_relation read_relation(const char *text, size_t *len_r)
{
	if (!strncmp(text, ">=", 2) || !strncmp(text, "<=", 2)) {
		*len_r = 2;
		return *text == '>' ? EHLO_AT_LEAST : EHLO_AT_MOST;
	}
	*len_r = *text == '=';
	return *text == '=' ? EHLO_EQUAL : EHLO_OFFERED;
}

static int read_rule(struct ehlo_rule *rule, struct err *err)
{
	size_t keyword_len = strcspn(rule->text, "=<>"), relation_len;

	rule->keyword = xstrndup(rule->text, keyword_len);
	rule->relation = read_relation(rule->text + keyword_len, &relation_len);
	rule->value = rule->text + keyword_len + relation_len;
	bool needs_value = rule->relation != EHLO_OFFERED;
	if (!is_keyword(rule->text, keyword_len) || needs_value != (*rule->value != '\0') ||
	    strpbrk(rule->value, "<>"))
		return err_set(err, ERR_USAGE,
			       "\"%.*s\" is not an EHLO keyword, such as 8BITMIME or AUTH=LOGIN "
			       "(--help shows all forms)",
			       SHOWN_MAX, rule->text);
	if (rule->relation != EHLO_AT_LEAST && rule->relation != EHLO_AT_MOST)
		return 0;
	if (span_parse_uint(span_of(rule->value), UINT64_MAX, &rule->number))
		return err_set(err, ERR_USAGE, "\"%.*s\": \"%.*s\" is not a whole number",
			       SHOWN_MAX, rule->text, SHOWN_MAX, rule->value);
	return 0;
}

static void free_rule(struct ehlo_rule *rule)
{
	free(rule->text);
	free(rule->keyword);
}

int ehlo_rules_add(struct ehlo_rules *r, const char *text, bool forbidden, struct err *err)
{
	static const char separators[] = ", \t";
	size_t before = r->count;

	for (text += strspn(text, separators); *text; text += strspn(text, separators)) {
		size_t len = strcspn(text, separators);
		struct ehlo_rule rule = {.forbidden = forbidden};
		if (len > RULE_MAX)
			return err_set(err, ERR_USAGE, "\"%.*s...\": longer than %d bytes",
				       SHOWN_MAX, text, RULE_MAX);
		rule.text = xstrndup(text, len);
		if (read_rule(&rule, err)) {
			free_rule(&rule);
			return -1;
		}
		r->item = xreallocarray(r->item, r->count + 1, sizeof(*r->item));
		r->item[r->count++] = rule;
		text += len;
	}
	if (r->count == before)
		return err_set(err, ERR_USAGE, "no EHLO keyword in it");
	return 0;
}

/* ---- checking ---- */

static bool compare_number(const struct ehlo_rule *rule, struct span parameters)
{
	uint64_t number;

	if (span_parse_uint(span_next_word(&parameters), UINT64_MAX, &number))
		return false;
	if (!number && span_is(span_of(rule->keyword), "SIZE"))
		number = UINT64_MAX;
	return rule->relation == EHLO_AT_LEAST ? number >= rule->number : number <= rule->number;
}

/* Whether a line of the answer has the rule's keyword; then *parameters_r is what follows it. */
static bool same_keyword(const struct ehlo_rule *rule, struct span line, struct span *parameters_r)
{
	if (!span_starts(line, rule->keyword))
		return false;
	span_skip(&line, strlen(rule->keyword));
	/* "AUTH=LOGIN" is what Exchange 2003 and Outlook 97 make of AUTH */
	bool ends = !line.len || memchr(" \t=", *line.at, 3);
	if (ends && line.len)
		span_skip(&line, 1);
	*parameters_r = line;
	return ends;
}

static bool line_fits(const struct ehlo_rule *rule, struct span parameters)
{
	switch (rule->relation) {
	case EHLO_OFFERED:
		return true;
	case EHLO_EQUAL:
		return span_has_word(parameters, rule->value);
	default:
		return compare_number(rule, parameters);
	}
}

/* line: the one that breaks a forbidding rule or comes nearest to meeting a requirement, which is
 * the last of the same keyword; at NULL: there is none. */
static int broken(const struct ehlo_rule *rule, struct span line, struct err *err)
{
	char words[RULE_MAX + SHOWN_MAX], text[RULE_MAX + 16];
	const char *least = strstr(rule->text, ">=");

	/* what is shown has no '>': a web page may show it */
	snprintf(text, sizeof(text), "%.*s%s%s",
		 (int)(least ? least - rule->text : (ptrdiff_t)strlen(rule->text)), rule->text,
		 least ? " of " : "", least ? least + strlen(">=") : "");
	if (!line.at)
		return err_set(err, ERR_PROTOCOL, "%s is required, but not offered", text);
	snprintf(words, sizeof(words), "%s is %s, but the server offers", text,
		 rule->forbidden ? "forbidden" : "required");
	return err_set_server(err, ERR_PROTOCOL, words, line.at, line.len);
}

static int check_rule(const struct ehlo_rule *rule, const char *text, struct err *err)
{
	struct span offers = smtp_offers(text), line, parameters, nearest = {NULL, 0};
	bool fits = false;

	while (!fits && span_next(&offers, '\n', &line)) {
		line = span_trim(line);
		if (!same_keyword(rule, line, &parameters))
			continue;
		nearest = line;
		fits = line_fits(rule, parameters);
	}
	return fits == !rule->forbidden ? 0 : broken(rule, nearest, err);
}

/* What only makes sense before TLS; X-ANONYMOUSTLS is for Exchange servers among themselves. */
static bool is_of_the_clear(const struct ehlo_rule *rule)
{
	struct span keyword = span_of(rule->keyword);

	return span_is(keyword, "STARTTLS") || span_is(keyword, "X-ANONYMOUSTLS");
}

int ehlo_rules_check(const struct ehlo_rules *r, const char *clear, const char *final,
		     struct err *err)
{
	for (size_t i = 0; i < r->count; i++) {
		const struct ehlo_rule *rule = &r->item[i];
		if (check_rule(rule, is_of_the_clear(rule) ? clear : final, err))
			return err_fault(err, "smtp-keyword");
	}
	return 0;
}

void ehlo_rules_free(struct ehlo_rules *r)
{
	for (size_t i = 0; i < r->count; i++)
		free_rule(&r->item[i]);
	free(r->item);
	*r = (struct ehlo_rules){0};
}

/* ehlo_rules.c - requirements on the answer to EHLO, read and checked. No sockets. */
#include "mail/smtp/ehlo_rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/xalloc.h"

enum { RULE_MAX = 120, SHOWN_MAX = 60 };

static const char blanks[] = " \t";

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

static enum ehlo_operator read_operator(const char *text, size_t *len_r)
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
	size_t operator_len;
	const char *value;

	rule->keyword_len = strcspn(rule->text, "=<>");
	rule->operator= read_operator(rule->text + rule->keyword_len, &operator_len);
	rule->value_off = rule->keyword_len + operator_len;
	value = rule->text + rule->value_off;
	if (!is_keyword(rule->text, rule->keyword_len) ||
	    (operator_len ? !*value : *value != '\0') || strpbrk(value, "<>"))
		return err_set(err, ERR_USAGE,
			       "\"%.*s\" is not an EHLO keyword, such as 8BITMIME or AUTH=LOGIN "
			       "(--help shows all forms)",
			       SHOWN_MAX, rule->text);
	if (rule->operator!= EHLO_AT_LEAST && rule->operator!= EHLO_AT_MOST)
		return 0;
	if (text_parse_uint(value, strlen(value), UINT64_MAX, &rule->number))
		return err_set(err, ERR_USAGE, "\"%.*s\": \"%.*s\" is not a whole number",
			       SHOWN_MAX, rule->text, SHOWN_MAX, value);
	return 0;
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
			free(rule.text);
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

/* The next line that has something to offer; *at moves on. */
static bool next_line(const char **at, const char **line_r, size_t *len_r)
{
	if (!*at)
		return false;
	const char *line = *at;
	size_t len = strcspn(line, "\n");
	*at = line[len] ? line + len + 1 : NULL;
	*line_r = line;
	*len_r = len;
	return true;
}

static const char *first_offer(const char *text)
{
	const char *lf = strchr(text, '\n');

	return lf ? lf + 1 : text;
}

/* Does one of the blank-separated words in text match? */
static bool has_word(const char *text, size_t len, const char *word)
{
	for (size_t i = 0, end; i < len; i = end + 1) {
		for (end = i; end < len && !memchr(blanks, text[end], 2);)
			end++;
		if (end > i && text_equal_nocase(text + i, end - i, word))
			return true;
	}
	return false;
}

static bool compare_number(const struct ehlo_rule *rule, const char *text, size_t len)
{
	size_t start = 0, end;
	uint64_t number;

	while (start < len && memchr(blanks, text[start], 2))
		start++;
	for (end = start; end < len && !memchr(blanks, text[end], 2);)
		end++;
	if (text_parse_uint(text + start, end - start, UINT64_MAX, &number))
		return false;
	if (!number && text_equal_nocase(rule->text, rule->keyword_len, "SIZE"))
		number = UINT64_MAX;
	return rule->operator== EHLO_AT_LEAST ? number >= rule->number : number <= rule->number;
}

/* Whether a line of the answer has the rule's keyword: its parameters begin at *rest_r then. */
static bool same_keyword(const struct ehlo_rule *rule, const char *line, size_t len, size_t *rest_r)
{
	size_t n = rule->keyword_len;
	char keyword[RULE_MAX + 1];

	memcpy(keyword, rule->text, n);
	keyword[n] = '\0';
	*rest_r = n < len ? n + 1 : n;
	/* "AUTH=LOGIN" is what Exchange 2003 and Outlook 97 make of AUTH */
	return len >= n && text_equal_nocase(line, n, keyword) &&
	       (len == n || memchr(" \t=", line[n], 3));
}

static bool line_fits(const struct ehlo_rule *rule, const char *line, size_t len)
{
	const char *value = rule->text + rule->value_off;
	size_t rest;

	if (!same_keyword(rule, line, len, &rest))
		return false;
	switch (rule->operator) {
	case EHLO_OFFERED:
		return true;
	case EHLO_EQUAL:
		return has_word(line + rest, len - rest, value);
	default:
		return compare_number(rule, line + rest, len - rest);
	}
}

/* The line that breaks a forbidding rule or comes nearest to meeting a requirement: the one of the
 * same keyword. */
static int broken(const struct ehlo_rule *rule, const char *line, size_t len, struct err *err)
{
	char words[RULE_MAX + SHOWN_MAX];

	if (!line)
		return err_set(err, ERR_PROTOCOL, "%s is required, but not offered", rule->text);
	snprintf(words, sizeof(words), "%s is %s, but the server offers", rule->text,
		 rule->forbidden ? "forbidden" : "required");
	return err_set_server(err, ERR_PROTOCOL, words, line, len);
}

static int check_rule(const struct ehlo_rule *rule, const char *text, struct err *err)
{
	const char *at = first_offer(text), *line, *nearest = NULL;
	size_t len, rest, nearest_len = 0;
	bool fits = false;

	while (!fits && next_line(&at, &line, &len)) {
		for (; len && memchr(blanks, *line, 2); line++)
			len--;
		while (len && memchr(blanks, line[len - 1], 2))
			len--;
		if (!same_keyword(rule, line, len, &rest))
			continue;
		nearest = line;
		nearest_len = len;
		fits = line_fits(rule, line, len);
	}
	if (fits == !rule->forbidden)
		return 0;
	return broken(rule, nearest, nearest_len, err);
}

/* What only makes sense before TLS; X-ANONYMOUSTLS is for Exchange servers among themselves. */
static bool is_of_the_clear(const struct ehlo_rule *rule)
{
	return text_equal_nocase(rule->text, rule->keyword_len, "STARTTLS") ||
	       text_equal_nocase(rule->text, rule->keyword_len, "X-ANONYMOUSTLS");
}

int ehlo_rules_check(const struct ehlo_rules *r, const char *clear, const char *final,
		     struct err *err)
{
	for (size_t i = 0; i < r->count; i++) {
		const struct ehlo_rule *rule = &r->item[i];
		if (check_rule(rule, is_of_the_clear(rule) ? clear : final, err))
			return -1;
	}
	return 0;
}

void ehlo_rules_free(struct ehlo_rules *r)
{
	for (size_t i = 0; i < r->count; i++)
		free(r->item[i].text);
	free(r->item);
	*r = (struct ehlo_rules){0};
}

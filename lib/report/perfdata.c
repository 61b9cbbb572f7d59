/* perfdata.c - one item of performance data: 'label'=value[UOM];[warn];[crit];[min];[max]
 *
 * The grammar is that of the monitoring-plugins guidelines, narrowed to what Icinga, Nagios and
 * Zabbix agree on: they differ in what they make of "::", of a quote in a label, and of values that
 * are not numbers. */
#include "report/perfdata.h"

#include <arpa/inet.h>
#include <math.h>
#include <string.h>

#include "base/decimal.h"
#include "base/text.h"

enum { LABEL_MAX = 360 }; /* HOST:PORT and a step's name fit */

static const char address_chars[] = "0123456789abcdefABCDEF:.";

/* The IPv6 address at text (len bytes) with all its groups; -1 if it is none. */
static int put_uncompressed(struct buf *label, const char *text, size_t len)
{
	char copy[INET6_ADDRSTRLEN];
	unsigned char group[16];

	if (len >= sizeof(copy))
		return -1;
	memcpy(copy, text, len);
	copy[len] = '\0';
	if (inet_pton(AF_INET6, copy, group) != 1)
		return -1;
	for (size_t i = 0; i < sizeof(group); i += 2)
		buf_printf(label, "%s%x", i ? ":" : "", group[i] << 8 | group[i + 1]);
	return 0;
}

/* one character of a label; all but printable ASCII that means nothing in perfdata has been dealt
 * with before */
static void put_char(struct buf *label, char c)
{
	char last = label->len ? label->data[label->len - 1] : ' ';

	if (c == ':' && last == ':') /* Icinga takes what stands before "::" for a prefix */
		return;
	if (c == ' ' && last == ' ')
		return;
	if (c == '\'')
		buf_append_char(label, c);
	buf_append_char(label, c == '=' || c == ';' ? '_' : c);
}

static bool is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The label without quotes around it. Never fails: label has room for a text of nothing but
 * addresses. */
static void make_label(const char *text, struct buf *label)
{
	char clean[LABEL_MAX];

	text_clean(clean, sizeof(clean), text, strlen(text));
	for (const char *at = clean; *at;) {
		size_t run = strspn(at, address_chars);
		if (!run) {
			put_char(label, *at++);
			continue;
		}
		const char *stop = at + run;
		bool alone = (at == clean || !is_word(at[-1])) && !is_word(*stop);
		if (!alone || !memmem(at, run, "::", 2) || put_uncompressed(label, at, run))
			while (at < stop)
				put_char(label, *at++);
		at = stop;
	}
	while (label->len && label->data[label->len - 1] == ' ')
		buf_truncate(label, label->len - 1);
	if (!label->len)
		buf_append_str(label, "value");
}

static int put_range(struct buf *b, const struct range *r)
{
	return r ? range_format(r, b) : 0;
}

static int put_limits(struct buf *b, const struct perf *p)
{
	size_t mark = b->len;
	size_t used = 0; /* up to the last field that is not empty */

	if (buf_append_char(b, ';') || put_range(b, p->warn))
		return -1;
	used = p->warn ? b->len : mark;
	if (buf_append_char(b, ';') || put_range(b, p->crit))
		return -1;
	used = p->crit ? b->len : used;
	if (buf_printf(b, ";%s", p->min ? p->min : ""))
		return -1;
	used = p->min ? b->len : used;
	if (buf_printf(b, ";%s", p->max ? p->max : ""))
		return -1;
	used = p->max ? b->len : used;
	buf_truncate(b, used);
	return 0;
}

static int put_item(struct buf *b, const struct perf *p)
{
	struct buf label = BUF_INIT(LABEL_MAX * 8);
	char value[DECIMAL_SIZE];

	make_label(p->label, &label);
	decimal_format(p->value, p->decimals, value);
	const char *quote = strpbrk(buf_str(&label), " '") ? "'" : "";
	int rc = buf_printf(b, "%s%s%s%s=%s%s", b->len ? " " : "", quote, buf_str(&label), quote,
			    value, p->uom);
	buf_free(&label);
	return rc ? -1 : put_limits(b, p);
}

int perfdata_add(struct buf *b, const struct perf *p)
{
	size_t before = b->len;

	if (!isfinite(p->value)) /* there is no legal way to write it */
		return 0;
	if (put_item(b, p)) {
		buf_truncate(b, before);
		return -1;
	}
	return 0;
}

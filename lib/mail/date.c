/* date.c - the Date field of a message (RFC 5322 section 3.3), independent of locale and time zone
 *
 * On this field hangs whether a message is old enough to be deleted: what is not plainly a date is
 * none. */
#include "mail/date.h"

#include <stdbool.h>

#include "base/text.h"

static const char day_names[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
static const char month_names[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
				      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

static const struct {
	const char *name;
	int minutes;
} zones[] = {
	{"UT", 0},        {"UTC", 0},       {"GMT", 0},       {"Z", 0},
	{"EST", -5 * 60}, {"EDT", -4 * 60}, {"CST", -6 * 60}, {"CDT", -5 * 60},
	{"MST", -7 * 60}, {"MDT", -6 * 60}, {"PST", -8 * 60}, {"PDT", -7 * 60},
};

/* What is still to be read. Every read_ function returns 0 and moves on, or -1. */
struct cursor {
	const char *at, *end;
};

/* A comment, which may hold others and quoted characters; c->at is at its '('. */
static int skip_comment(struct cursor *c)
{
	size_t depth = 0;

	for (; c->at < c->end; c->at++) {
		if (*c->at == '\\' && c->at + 1 < c->end)
			c->at++;
		else if (*c->at == '(')
			depth++;
		else if (*c->at == ')' && --depth == 0) {
			c->at++;
			return 0;
		}
	}
	c->at = c->end;
	return -1;
}

/* blanks and comments (CFWS) */
static int skip_blanks(struct cursor *c)
{
	while (c->at < c->end) {
		if (*c->at == '(') {
			if (skip_comment(c))
				return -1;
		} else if (*c->at == ' ' || *c->at == '\t') {
			c->at++;
		} else {
			break;
		}
	}
	return 0;
}

/* Between min and max digits, and no further digit behind them. */
static int read_number(struct cursor *c, int min, int max, int *number_r)
{
	int digits = 0, number = 0;

	while (c->at < c->end && *c->at >= '0' && *c->at <= '9') {
		if (++digits > max)
			return -1;
		number = number * 10 + (*c->at++ - '0');
	}
	*number_r = number;
	return digits < min ? -1 : 0;
}

static size_t word_length(const struct cursor *c)
{
	size_t len = 0;

	while (c->at + len < c->end && ((c->at[len] | 0x20) >= 'a' && (c->at[len] | 0x20) <= 'z'))
		len++;
	return len;
}

/* One of count names of three letters; *index_r is its place among them. */
static int read_name(struct cursor *c, const char (*names)[4], int count, int *index_r)
{
	size_t len = word_length(c);

	for (int i = 0; i < count; i++)
		if (text_equal_nocase(c->at, len, names[i])) {
			*index_r = i;
			c->at += len;
			return 0;
		}
	return -1;
}

static int read_char(struct cursor *c, char wanted)
{
	if (c->at == c->end || *c->at != wanted)
		return -1;
	c->at++;
	return 0;
}

/* [ day-name "," ] */
static int read_day_name(struct cursor *c)
{
	int day;

	if (skip_blanks(c))
		return -1;
	if (!word_length(c))
		return 0;
	return read_name(c, day_names, 7, &day) || skip_blanks(c) || read_char(c, ',') ? -1 : 0;
}

/* day month year */
static int read_date(struct cursor *c, struct tm *tm)
{
	if (skip_blanks(c) || read_number(c, 1, 2, &tm->tm_mday) || skip_blanks(c) ||
	    read_name(c, month_names, 12, &tm->tm_mon) || skip_blanks(c) ||
	    read_number(c, 4, 4, &tm->tm_year) || tm->tm_year < 1900)
		return -1;
	tm->tm_year -= 1900;
	return 0;
}

/* hour ":" minute [ ":" second ] */
static int read_time(struct cursor *c, struct tm *tm)
{
	if (skip_blanks(c) || read_number(c, 2, 2, &tm->tm_hour) || skip_blanks(c) ||
	    read_char(c, ':') || skip_blanks(c) || read_number(c, 2, 2, &tm->tm_min) ||
	    skip_blanks(c))
		return -1;
	if (!read_char(c, ':') && (skip_blanks(c) || read_number(c, 2, 2, &tm->tm_sec)))
		return -1;
	return tm->tm_hour > 23 || tm->tm_min > 59 || tm->tm_sec > 60 ? -1 : 0;
}

static int read_zone(struct cursor *c, int *minutes_r)
{
	int hhmm;

	if (skip_blanks(c) || c->at == c->end)
		return -1;
	if (*c->at == '+' || *c->at == '-') {
		int sign = *c->at++ == '-' ? -1 : 1;
		if (read_number(c, 4, 4, &hhmm) || hhmm % 100 > 59 || hhmm > 2359)
			return -1;
		*minutes_r = sign * (hhmm / 100 * 60 + hhmm % 100);
		return 0;
	}
	size_t len = word_length(c);
	for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++)
		if (text_equal_nocase(c->at, len, zones[i].name)) {
			*minutes_r = zones[i].minutes;
			c->at += len;
			return 0;
		}
	return -1;
}

int date_parse(const char *text, size_t len, time_t *date_r)
{
	struct cursor c = {text, text + len};
	struct tm tm = {0};
	int minutes;

	if (read_day_name(&c) || read_date(&c, &tm) || read_time(&c, &tm) ||
	    read_zone(&c, &minutes) || skip_blanks(&c) || c.at != c.end)
		return -1;
	struct tm day = {.tm_mday = tm.tm_mday, .tm_mon = tm.tm_mon, .tm_year = tm.tm_year};
	timegm(&day);
	if (day.tm_mday != tm.tm_mday || day.tm_mon != tm.tm_mon) /* such as 31 Feb */
		return -1;
	*date_r = timegm(&tm) - (time_t)minutes * 60;
	return 0;
}

int date_format(struct buf *b, time_t date)
{
	struct tm tm = {.tm_mday = 1};

	gmtime_r(&date, &tm);
	/* strftime would name day and month in the locale's language */
	return buf_printf(b, "%s, %02d %s %04d %02d:%02d:%02d +0000", day_names[tm.tm_wday],
			  tm.tm_mday, month_names[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour,
			  tm.tm_min, tm.tm_sec);
}

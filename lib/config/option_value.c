/* option_value.c - the values of options: whether one can be taken, and where it is put */
#include "config/option_value.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/xalloc.h"
#include "mail/message.h"

enum { MACRO_MAX_SHOWN = 60 };

void *option_place(const struct option_target *to, const struct option_def *def)
{
	return (char *)to->settings + def->offset;
}

static void set_string(const struct option_target *to, const struct option_def *def,
		       const char *value)
{
	const char *kept = options_keep(to->options, value);

	if (def->kind == OPTION_STRING) {
		*(const char **)option_place(to, def) = kept;
		return;
	}
	struct string_list *list = option_place(to, def);
	list->item = xmake_room(list->item, list->count, sizeof(*list->item));
	list->item[list->count++] = kept;
}

/* RFC 5321 section 4.1.2: the brackets belong to the path, not to the mailbox in it. */
char *option_address(const char *value)
{
	size_t len = strlen(value);
	bool is_path = len > 1 && value[0] == '<' && value[len - 1] == '>';

	char *written = is_path ? xstrndup(value + 1, len - 2) : xstrdup(value);
	char *address = message_address_ascii(written);

	free(written);
	return address;
}

static void set_address(const struct option_target *to, const struct option_def *def,
			const char *value)
{
	char *address = option_address(value);

	*(const char **)option_place(to, def) = options_keep(to->options, address);
	free(address);
}

static bool is_short_number(const char *value)
{
	enum { DIGITS = 5 };
	size_t sign = value[0] == '=' || value[0] == '-';
	size_t digits = strspn(value + sign, "0123456789");

	return digits <= DIGITS && !value[sign + digits];
}

/* The secret option that was probably meant where this one has such a value: what is -P here is -p
 * elsewhere. NULL: none. */
static const struct option_def *meant_secret(const struct option_target *to,
					     const struct option_def *def, const char *value)
{
	for (const struct option_def *d = to->defs; d->name; d++)
		if (d->secret && d->letter && d->letter == (def->letter ^ 0x20) &&
		    !is_short_number(value))
			return d;
	return NULL;
}

static int set_uint(const struct option_target *to, const struct option_def *def, const char *value)
{
	const struct option_def *meant = meant_secret(to, def, value);
	uint64_t number;

	if (meant)
		return err_set(to->err, ERR_USAGE,
			       "not a whole number from %u to %u (not shown, as --%s is -%c)",
			       def->min, def->max, meant->name, meant->letter);
	if (text_parse_uint(value, strlen(value), def->max, &number) || number < def->min)
		return err_set(to->err, ERR_USAGE, "\"%.40s\" is not a whole number from %u to %u",
			       value, def->min, def->max);
	*(unsigned int *)option_place(to, def) = (unsigned int)number;
	return 0;
}

/* Engines cannot pass an option so many times. */
static int set_count(const struct option_target *to, const struct option_def *def,
		     const char *value)
{
	uint64_t number;

	if (!*value)
		++*(int *)option_place(to, def);
	else if (text_parse_uint(value, strlen(value), def->max, &number) == 0)
		*(int *)option_place(to, def) = (int)number;
	else
		return err_set(to->err, ERR_USAGE, "\"%.40s\" is not a whole number from 0 to %u",
			       value, def->max);
	return 0;
}

bool option_is_not_given(const struct option_def *def, const char *value)
{
	return def->arg && value && !*value && !def->may_be_empty && !def->optional;
}

/* How long the macro is that an engine has left as it was at the beginning of a value, followed by
 * nothing or a colon: $address$ of Nagios and Icinga, {$X}, {#X} and {HOST.CONN} of Zabbix, and 1
 * where a shell has made $ of $_SERVICEX$. 0: none is there. */
static size_t macro_length(const char *value)
{
	static const char name[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.";
	bool is_braced = *value == '{';
	size_t begin = is_braced ? 1 + strspn(value + 1, "$#") : *value == '$';
	size_t end = begin + strspn(value + begin, name);

	if (*value == '$' && (!value[1] || value[1] == ':'))
		return 1;
	if (!begin || end == begin || value[end] != (is_braced ? '}' : '$'))
		return 0;
	return value[end + 1] && value[end + 1] != ':' ? 0 : end + 1;
}

int option_check_macro(const char *value, struct err *err)
{
	size_t len = macro_length(value);

	if (!len)
		return 0;
	err_set(err, ERR_USAGE, "%.*s is %sa macro that the engine has not replaced: is it set?",
		(int)(len < MACRO_MAX_SHOWN ? len : MACRO_MAX_SHOWN), value,
		len == 1 ? "what a shell leaves of " : "");
	return err_fault(err, "macro-unset");
}

/* None of the options needs them, and a line end in an address or a name could become a command or
 * a header field of its own further on. */
static int check_value(const struct option_target *to, const struct option_def *def,
		       const char *value)
{
	if (!def->arg && value && *value)
		return err_set(to->err, ERR_USAGE, "takes no value");
	if (def->arg && !value && !def->optional)
		return err_set(to->err, ERR_USAGE, "needs a value: %s", def->arg);
	/* no name, address or number begins thus, but -t=5 is often written */
	if (value && *value == '=' && def->letter && !def->secret && !meant_secret(to, def, value))
		return err_set(to->err, ERR_USAGE,
			       "\"%.40s\" begins with =, expected -%c %.40s or --%s=%.40s", value,
			       def->letter, value + 1, def->name, value + 1);
	for (const char *c = value; c && *c && !def->secret; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			return err_set(to->err, ERR_USAGE, "control character in the value");
	if (!value || def->secret || meant_secret(to, def, value))
		return 0;
	return option_check_macro(value, to->err);
}

int option_set_value(const struct option_target *to, const struct option_def *def,
		     const char *value)
{
	if (option_is_not_given(def, value))
		return 0;
	if (def->optional && !def->may_be_empty && value && !*value)
		value = NULL;
	if (check_value(to, def, value))
		return -1;
	const char *given = value ? value : ""; /* it may be left out */
	switch (def->kind) {
	case OPTION_FLAG:
		*(bool *)option_place(to, def) = true;
		return 0;
	case OPTION_COUNT:
		return set_count(to, def, given);
	case OPTION_ADDRESS:
		set_address(to, def, given);
		return 0;
	case OPTION_STRING:
	case OPTION_STRINGS:
		set_string(to, def, given);
		return 0;
	case OPTION_UINT:
		return set_uint(to, def, given);
	case OPTION_CALL:
		return def->call(to->settings, def, value, to->err);
	default:
		return err_set(to->err, ERR_USAGE, "only works on the command line");
	}
}

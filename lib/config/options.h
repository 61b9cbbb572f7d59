/* options.h - one table of options gives parsing, --help and the ini keys */
#ifndef MAILFLOW_OPTIONS_H
#define MAILFLOW_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct option_def;

/* Sets an option in the struct that options_parse was given. value is NULL for options without one.
 * Returns 0 or -1 with ERR_USAGE. */
typedef int option_fn(void *settings, const struct option_def *def, const char *value,
		      struct err *err);

/* Grows while options are parsed; the items are kept by struct options, the array is the settings'
 * to free. */
struct string_list {
	const char **item;
	size_t count;
};

enum option_kind {
	OPTION_FLAG,    /* bool at offset becomes true */
	OPTION_COUNT,   /* int at offset is counted up: -vvv */
	OPTION_STRING,  /* const char * at offset; the string is kept by struct options */
	OPTION_ADDRESS, /* as OPTION_STRING, without the angle brackets of <a@b.example>: "" is <>
			 */
	OPTION_STRINGS, /* struct string_list at offset, repeatable */
	OPTION_UINT,    /* unsigned int at offset, min to max */
	OPTION_CALL,    /* call() is called */
	OPTION_HELP,    /* prints --help: options_parse returns OPTIONS_HELP */
	OPTION_VERSION, /* options_parse returns OPTIONS_VERSION */
	OPTION_EXTRA,   /* --extra-opts: read before all others, until struct limit at offset
			 */
};

struct option_def {
	const char *group; /* heading in --help; NULL: the same as the one before */
	const char *name;  /* long name without dashes */
	char letter;       /* 0: none */
	const char *arg;   /* name of the value in --help; NULL: takes none. That of OPTION_EXTRA is
			      optional */
	const char *help;  /* wrapped to 80 columns by options_help; LF forces a line */
	enum option_kind kind;
	size_t offset;
	unsigned int min, max; /* of OPTION_UINT */
	option_fn *call;
	const char *alias; /* another long name for the same, not shown in the list (may be NULL) */
	bool secret;       /* the value is wiped from argv at once, and never shown */
	bool may_be_empty; /* an empty value means something; else it counts as not given */
	bool early;        /* also set before ini files are read: how long to wait for them */
};

/* OPTIONS_USAGE: -? was given, options_usage() is what to print. */
enum options_result { OPTIONS_OK, OPTIONS_ERROR, OPTIONS_HELP, OPTIONS_USAGE, OPTIONS_VERSION };

/* Owns what the settings point to; wiped when freed. Zero-initialised. */
struct options {
	char **strings;
	size_t string_count;
};

/* Parse argv (which getopt may reorder) by defs (ended by a name of NULL) into settings. Options of
 * --extra-opts are applied first, in the files' order; section_default is its section when none is
 * named
 * ("check_imap_full"). In a file a key is a long name in full or a letter, and a flag is a bare key
 * or "key =". A value that is empty counts as not given, since engines pass macros so that are not
 * set: a flag is given all the same ("--light="). Errors name the option (and file and line), what
 * is wrong and what would be right; a mistyped name is answered with the nearest one. Arguments
 * that are not options are refused (the first row of defs is what they are most likely meant for),
 * and so are values with control characters, and such that begin with '=' where there is a letter.
 * Errors never show the value of a secret option; call() need not name its option, that is put in
 * front here. */
enum options_result options_parse(struct options *o, int argc, char **argv,
				  const struct option_def *defs, const char *section_default,
				  void *settings, struct err *err);

struct help_text {
	const char *program;
	const char *synopsis; /* lines without the program's name, separated by LF */
	const char *about;    /* what it does */
	const char *epilogue; /* examples and notes; LF are kept; may be NULL */
};

/* --help to stdout, 80 columns at most. */
void options_help(const struct option_def *defs, const struct help_text *text);
/* The short usage: synopsis and where to find more. */
void options_usage(const struct help_text *text);

/* Copy a string that lives as long as the options. */
const char *options_keep(struct options *o, const char *str);

void options_free(struct options *o);

#endif

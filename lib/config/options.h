/* options.h - one table of options gives parsing, --help and the ini keys */
#ifndef MAILFLOW_OPTIONS_H
#define MAILFLOW_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

struct option_def;

/* Sets an option in the struct that options_parse was given. value is NULL for options without one.
 * Returns 0 or -1 with ERR_USAGE. */
typedef int option_fn(void *settings, const struct option_def *def, const char *value,
		      struct err *err);

/* Appends what {} in an option's help stands for, or which values it takes; settings are as they
 * are before any option was given. */
typedef void option_show_fn(const void *settings, struct buf *out);

/* Grows while options are parsed; the items are kept by struct options, the array is the settings'
 * to free. */
struct string_list {
	const char **item;
	size_t count;
	size_t from_files; /* so many of them, which come first, are of ini files */
};

enum option_kind {
	OPTION_FLAG,    /* bool at offset becomes true */
	OPTION_COUNT,   /* int at offset is counted up, repeatable: -vvv; or set, 0 to max */
	OPTION_STRING,  /* const char * at offset; the string is kept by struct options */
	OPTION_ADDRESS, /* as OPTION_STRING, without the brackets of <a@b.example>: "" is <> */
	OPTION_STRINGS, /* struct string_list at offset, repeatable */
	OPTION_UINT,    /* unsigned int at offset, min to max */
	OPTION_CALL,    /* call() is called */
	OPTION_HELP,    /* prints --help: options_parse returns OPTIONS_HELP, or OPTIONS_LIST */
	OPTION_VERSION, /* options_parse returns OPTIONS_VERSION */
	OPTION_EXPLAIN, /* options_parse returns OPTIONS_EXPLAIN */
	OPTION_EXTRA,   /* --extra-opts: read before all others, until struct limit at offset */
};

struct option_def {
	const char *group; /* heading in --help; NULL: the same as the one before */
	const char *name;  /* long name without dashes */
	char letter;       /* 0: none */
	/* name of the value in --help, or in lower case those it can have: "ok|warning"; NULL:
	 * takes none */
	const char *arg;
	/* wrapped to 80 columns by options_help; LF forces a line. {min} and {max} stand for those
	 * below, {} for the default: what show appends, or the number or string at offset */
	const char *help;
	enum option_kind kind;
	size_t offset;
	unsigned int min, max; /* of OPTION_UINT; those of OPTION_CALL are call's affair */
	option_fn *call;
	option_show_fn *show;
	/* appends the words that the value is made of, parted by blanks or commas; NULL: arg says
	 * them, or there are any */
	option_show_fn *values;
	const char *alias; /* another long name for the same, not shown in the list (may be NULL) */
	bool optional;     /* the value may be left out, and is given behind '=' only: never to the
			      letter. An empty one counts as left out */
	bool secret;       /* the value is wiped from argv at once, and never shown */
	bool may_be_empty; /* an empty value means something; else it counts as not given */
	bool early;        /* also set before ini files are read: how long to wait for them */
	bool repeatable;   /* each value counts; of others the last one does */
	bool engine;       /* a monitoring engine may pass it; not what is secret, for people, makes
			      the answer unreadable, or reads options from a file */
};

/* OPTIONS_LIST: --help=json was given, options_list() is what to print; OPTIONS_USAGE: -?, and
 * options_usage(). */
enum options_result {
	OPTIONS_OK,
	OPTIONS_ERROR,
	OPTIONS_HELP,
	OPTIONS_LIST,
	OPTIONS_USAGE,
	OPTIONS_VERSION,
	OPTIONS_EXPLAIN,
};

/* Owns what the settings point to; wiped when freed. Zero-initialised. */
struct options {
	char **strings;
	size_t string_count;
	const char *secret_file; /* an ini file that had one in it; NULL: none */
	const char *fault;       /* what OPTIONS_EXPLAIN is to explain; "": all */
};

/* Parse argv (which getopt may reorder) into settings, by the rows of all tables: each ends with a
 * row whose name is NULL, and their list with NULL. Options of --extra-opts are applied first, in
 * the files' order; section_default is its section when none is named ("check_imap_full"). In a
 * file a key is a long name in full or a letter, and a flag is a bare key or "key =". A value that
 * is empty counts as not given, since engines pass macros so that are not set: a flag is given all
 * the same ("--quiet="), and so is an option whose value is optional. Errors name the option (and
 * file and line), what is wrong and what would be right; a mistyped name is answered with the
 * nearest one. Arguments that are not options are refused (the first row is what they are most
 * likely meant for), and so are values with control characters, and such that begin with '=' where
 * there is a letter. Errors never show the value of a secret option; call() need not name its
 * option, that is put in front here. */
enum options_result options_parse(struct options *o, int argc, char **argv,
				  const struct option_def *const *tables,
				  const char *section_default, void *settings, struct err *err);

/* The rows of all tables in one, which ends as they do; to be freed. */
struct option_def *options_join(const struct option_def *const *tables);

struct help_text {
	const char *program;
	const char *synopsis; /* lines without the program's name, separated by LF */
	const char *about;    /* what it does */
	const char *epilogue; /* examples and notes; LF are kept; may be NULL */
	const char *notes;    /* behind it: what other programs say, too; may be NULL */
};

/* What the tables of every program end with: --version and --help. */
extern const struct option_def options_ending[];

/* Append --help, 80 columns at most; settings have their defaults. */
void options_help(const struct option_def *const *tables, const struct help_text *text,
		  const void *settings, struct buf *out);
/* The help of one option, with what stands in braces filled in. */
void options_fill_help(const struct option_def *def, const void *settings, struct buf *out);
/* The short usage: synopsis and where to find more. */
void options_usage(const struct help_text *text, struct buf *out);

/* Copy a string that lives as long as the options. */
const char *options_keep(struct options *o, const char *str);

void options_free(struct options *o);

#endif

/* mailflow_oauth_token.c - prints an OAuth 2.0 access token: one that is kept, as long as it is
 * good, else a new one from the provider. Here are its options; everything else is in lib/oauth. */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/xalloc.h"
#include "oauth/oauth_settings.h"
#include "oauth/provider_section.h"
#include "oauth/token_apart.h"
#include "run/tool.h"

static void show_timeout(const void *settings, struct buf *out)
{
	buf_printf(out, "%.0f", limit_s(&((const struct oauth_settings *)settings)->limit));
}

static const struct option_def provider_options[] = {
	{.group = "Provider",
	 .name = "provider",
	 .arg = "NAME",
	 .help = "microsoft or google, whose addresses and scopes are known; or a section of "
		 "--provider-file, with the options that belong to it",
	 .kind = OPTION_CALL,
	 .call = oauth_settings_set_provider,
	 .engine = true},
	{.name = "provider-file",
	 .arg = "FILE",
	 .help = "ini file with a section for each provider of this site (default: "
		 "mailflow/oauth.ini where the configuration is, such as /etc)",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct oauth_settings, provider_file)},
	{.name = "tenant",
	 .arg = "TENANT",
	 .help = "of Microsoft's: domain or id of the tenant (default: organizations, where a "
		 "person signs in)",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct oauth_settings, tenant),
	 .engine = true},
	{.name = "token-url",
	 .arg = "URL",
	 .help = "where tokens are given out. HTTPS, or HTTP to this machine itself",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct oauth_settings, token_url),
	 .engine = true},
	{.name = "device-url",
	 .arg = "URL",
	 .help = "where codes to sign in with are given out (RFC 8628)",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct oauth_settings, device_url),
	 .engine = true},
	{.name = "scope",
	 .arg = "SCOPE",
	 .help = "what the token is to be good for (default: the provider's scope for mail)",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct oauth_settings, scope),
	 .engine = true},
	{0},
};

static const struct option_def who_options[] = {
	{.group = "Who asks, and how",
	 .name = "grant",
	 .arg = "client-credentials|refresh-token|device-code|jwt-bearer",
	 .help = "how to ask (default: jwt-bearer with --key-file, refresh-token with "
		 "--refresh-token-file, client-credentials with a secret or a certificate, else "
		 "device-code)",
	 .kind = OPTION_CALL,
	 .call = oauth_settings_set_grant,
	 .engine = true},
	{.name = "client-id",
	 .arg = "ID",
	 .help = "what the application is registered as",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct oauth_settings, client_id),
	 .engine = true},
	{.name = "client-secret-file",
	 .arg = "FILE",
	 .help = "read the application's secret from the first line of FILE; \"-\" is standard "
		 "input",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct oauth_settings, client_secret_file),
	 .engine = true},
	{.name = "client-secret-fd",
	 .arg = "N",
	 .help = "read it from the first line of the open descriptor N; 0 is standard input",
	 .kind = OPTION_CALL,
	 .call = oauth_settings_set_secret_fd},
	{.name = "client-auth",
	 .arg = "post|basic",
	 .help = "send the secret in the form (default), or in the header",
	 .kind = OPTION_CALL,
	 .call = oauth_settings_set_client_auth,
	 .engine = true},
	{.name = "client-cert",
	 .arg = "FILE",
	 .help = "instead of a secret: sign for the application by the key of the certificate in "
		 "FILE (PEM; private_key_jwt, RFC 7523); also a PKCS#11 URL",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct oauth_settings, client_cert),
	 .engine = true},
	{.name = "client-key",
	 .arg = "FILE",
	 .help = "its key (default: in the file of the certificate); also a PKCS#11 URL, with "
		 "?pin-source=FILE for the PIN",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct oauth_settings, client_key),
	 .engine = true},
	{.name = "jwt-alg",
	 .arg = "RS256|PS256|ES256",
	 .help = "how to sign (default: RS256 by an RSA key, ES256 by one on P-256)",
	 .kind = OPTION_CALL,
	 .call = oauth_settings_set_algorithm,
	 .engine = true},
	{.name = "key-file",
	 .arg = "FILE",
	 .help = "key of a service account of Google's, as their console gives it out (JSON)",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct oauth_settings, key_file),
	 .engine = true},
	{.name = "refresh-token-file",
	 .arg = "FILE",
	 .help = "read a refresh token from the first line of FILE. Where the provider gives a new "
		 "one with each token, that is kept in the cache",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct oauth_settings, refresh_token_file),
	 .engine = true},
	{.name = "username",
	 .letter = 'U',
	 .arg = "USER",
	 .help = "whose token it is: each user has one of his own, but for client-credentials, "
		 "where one does for all. A service account acts for this user",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct oauth_settings, username),
	 .engine = true},
	{0},
};

static const struct option_def cache_options[] = {
	{.group = "Cache, limits",
	 .name = "cache",
	 .arg = "DIRECTORY",
	 .help = "where tokens are kept (default: mailflow in $XDG_CACHE_HOME if that is set, else "
		 "/var/cache/mailflow)",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct oauth_settings, cache),
	 .engine = true},
	{.name = "no-cache",
	 .help = "keep nothing, and ask the provider each time",
	 .kind = OPTION_FLAG,
	 .offset = offsetof(struct oauth_settings, no_cache),
	 .engine = true},
	{.name = "renew",
	 .help = "ask the provider for a new token even if the one that is kept is still good",
	 .kind = OPTION_FLAG,
	 .offset = offsetof(struct oauth_settings, renew)},
	{.name = "ca-file",
	 .arg = "FILE",
	 .help = "trust the CA certificates in FILE (PEM) instead of the system's",
	 .kind = OPTION_STRING,
	 .offset = offsetof(struct oauth_settings, ca_file),
	 .engine = true},
	{.name = "timeout",
	 .letter = 't',
	 .arg = "SECONDS",
	 .help = "limit of the whole run, {min} to {max} (default: {}; where a person signs in, as "
		 "long as the code is good)",
	 .kind = OPTION_CALL,
	 .call = oauth_settings_set_timeout,
	 .min = 1,
	 .max = 3600,
	 .show = show_timeout,
	 .early = true,
	 .engine = true},
	{0},
};

static const struct option_def other_options[] = {
	{.group = "Other",
	 .name = "verbose",
	 .letter = 'v',
	 .help = "say on standard error what is asked for, and how long the token is good",
	 .kind = OPTION_COUNT,
	 .offset = offsetof(struct oauth_settings, verbosity),
	 .repeatable = true},
	{.name = "what-if",
	 .letter = 'n',
	 .alias = "dry-run",
	 .help = "only say on standard error what would be done (also --dry-run)",
	 .kind = OPTION_FLAG,
	 .offset = offsetof(struct oauth_settings, what_if)},
	{.name = "extra-opts",
	 .arg = "[SECTION][@FILE]",
	 .help = "read options from a section of an ini file, before those of the command line, as "
		 "the plugins do",
	 .kind = OPTION_EXTRA,
	 .optional = true,
	 .offset = offsetof(struct oauth_settings, limit),
	 .repeatable = true},
	{0},
};

static const struct option_def *const options[] = {
	provider_options, who_options, cache_options, other_options, options_ending, NULL,
};

static const char synopsis[] = "--provider=NAME [--username=USER] [OPTION ...]\n"
			       "--token-url=URL --client-id=ID [OPTION ...]";

static const char about[] =
	"Prints an OAuth 2.0 access token, and nothing else, on standard output. Tokens are kept "
	"until shortly before they expire: however many checks run, one of them asks the provider. "
	"The plugins run it for their --provider, and anybody may for --oauth-token-command.";

static const char epilogue[] =
	"Examples\n"
	"  mailflow_oauth_token --provider=microsoft --tenant=contoso.example \\\n"
	"      --client-id=11111111-2222-3333-4444-555555555555 \\\n"
	"      --client-secret-file=/etc/mailflow/contoso.secret\n"
	"  mailflow_oauth_token --key-file=/etc/mailflow/google.json \\\n"
	"      --username=probe@example.org\n"
	"  mailflow_oauth_token --provider=contoso --username=probe@contoso.example\n"
	"\n"
	"The file of --provider-file\n"
	"  [contoso]\n"
	"  provider = microsoft\n"
	"  tenant = contoso.example\n"
	"  client-id = 11111111-2222-3333-4444-555555555555\n"
	"  client-secret-file = /etc/mailflow/contoso.secret\n"
	"\n"
	"The application's secret\n"
	"  is read from a file (--client-secret-file), a descriptor (--client-secret-fd),\n"
	"  MAILFLOW_CLIENT_SECRET, or systemd's credential client-secret.\n"
	"\n"
	"Exit code: 0 a token was printed, 1 the provider has refused it or nobody has\n"
	"signed in, 2 the provider does not answer as it should, 3 not asked: wrong\n"
	"options, or a reason on this machine\n";

static const struct tool tool = {
	.options = options,
	.help = {"mailflow_oauth_token", synopsis, about, epilogue, NULL},
};

/* Once more, with the options of the provider's section before all others. Returns -1 to go on, or
 * the exit code. */
static int add_section(int argc, char **argv, struct options *o, struct oauth_settings *s)
{
	struct err err = {0};
	const struct provider *known = provider_find(s->section);
	int found = provider_section_find(s->provider_file, s->section, &s->limit, &err);

	if (found == 0 && !known)
		err_set(&err, ERR_USAGE,
			"--provider: \"%s\" is neither microsoft nor google, nor a section of %s",
			s->section, s->provider_file);
	if (err.kind)
		return tool_error(&tool, &err);
	if (!found)
		return -1;
	char *extra = xasprintf("--extra-opts=%s@%s", s->section, s->provider_file);
	char **more = xcalloc((size_t)argc + 2, sizeof(*more));
	more[0] = argv[0];
	more[1] = extra;
	memcpy(more + 2, argv + 1, ((size_t)argc - 1) * sizeof(*more));
	struct options before = *o;
	*o = (struct options){0};
	oauth_settings_init(s);
	int code = tool_options(&tool, argc + 1, more, o, s);
	options_free(&before);
	free(more);
	free(extra);
	return code;
}

static int print_token(const struct oauth_settings *s, const struct token *t)
{
	struct buf line = BUF_INIT(64 * 1024);
	char words[80];

	if (s->verbosity) {
		snprintf(words, sizeof(words), "the token is good for %.0f s",
			 difftime((time_t)t->expires, time(NULL)));
		tool_say(&tool, words);
	}
	buf_reserve(&line, strlen(t->access.value) + 1); /* growing would leave pieces behind */
	buf_append_str(&line, t->access.value);
	buf_append_char(&line, '\n');
	int code = tool_put(&tool, buf_str(&line), line.len, s->limit.until_us);
	buf_wipe(&line);
	return code;
}

/* In the end: an error first, for the plugins show the first line. */
static int conclude(const struct oauth_settings *s, const struct token *t, const struct buf *notes,
		    const struct err *err)
{
	char words[80];
	int code = err->kind ? tool_error(&tool, err) : TOOL_OK;

	if (s->verbosity && err->kind) {
		snprintf(words, sizeof(words), "fault %s: see mailflow-faults(7)", err_id(err));
		tool_say(&tool, words);
	}
	tool_say(&tool, buf_str(notes));
	return err->kind || s->what_if ? code : print_token(s, t);
}

static int get_token(struct oauth_settings *s)
{
	struct token token = {0};
	struct buf notes = BUF_INIT(8192);
	struct err err = {0};

	if (oauth_settings_finish(s, &err) == 0)
		token_get_apart(s, &token, &notes, &err);
	int code = conclude(s, &token, &notes, &err);
	token_free(&token);
	buf_free(&notes);
	return code;
}

int main(int argc, char **argv)
{
	struct options o = {0};
	struct oauth_settings settings;

	umask(077);
	oauth_settings_init(&settings);
	int code = tool_options(&tool, argc, argv, &o, &settings);
	if (code < 0 && settings.section[0])
		code = add_section(argc, argv, &o, &settings);
	if (code < 0)
		code = get_token(&settings);
	oauth_settings_free(&settings);
	options_free(&o);
	return code;
}

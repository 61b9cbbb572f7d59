/* logon_settings.c - how to log on: by which mechanisms, and with what */
#include "config/logon_settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/xalloc.h"
#include "config/provider_command.h"
#include "config/settings.h"

enum { COMMAND_WORDS_MAX = 1 << 20 };

/* The protocol's own commands besides SASL. */
unsigned int logon_settings_forms(const struct settings *s)
{
	if (!strcmp(s->rules.protocol, "imap"))
		return FORM_SASL | FORM_IMAP_LOGIN;
	if (!strcmp(s->rules.protocol, "pop"))
		return FORM_SASL | FORM_POP_USER | FORM_POP_APOP;
	return FORM_SASL;
}

int logon_settings_set_auth(void *settings, const struct option_def *def, const char *value,
			    struct err *err)
{
	struct settings *s = settings;

	(void)def;
	return mechanisms_parse(s->logon.auth, value, logon_settings_forms(s), err);
}

void logon_settings_show_order(const void *settings, struct buf *out)
{
	unsigned int known = logon_settings_forms(settings);
	char names[SASL_MECHANISMS_SIZE] = "";

	for (const struct mechanism *m = mechanisms; m->name; m++)
		if (m->form & known && !m->on_demand)
			sasl_add_mechanism(names, span_of(m->name));
	buf_append_str(out, names);
}

/* ---- what they need ---- */

static int not_given(const char *name, const char *auth, const char *what, struct err *err)
{
	return err_set(err, ERR_USAGE, "%s=%s needs %s", name, auth, what);
}

bool logon_settings_have_token(const struct settings *s)
{
	return s->logon.token_command || s->logon.token_file || secret_is_set(&s->logon.token);
}

bool logon_settings_has_token(const struct settings *s, const struct credentials *who)
{
	return who->token == &s->logon.token ? logon_settings_have_token(s) : who->token != NULL;
}

int logon_settings_check(const struct settings *s, const char *name, const char *auth,
			 bool has_token, struct err *err)
{
	if (!auth)
		return 0;
	if (mechanisms_need(auth, NEEDS_CERTIFICATE) && !s->logon.client_cert)
		return not_given(name, auth, "a certificate: --client-cert=FILE, --client-key=FILE",
				 err);
	if (mechanisms_need(auth, NEEDS_TOKEN) && !has_token)
		return not_given(name, auth, "a token: --oauth-token-file=FILE", err);
	return 0;
}

/* Kerberos reads it when it is first asked for a ticket. */
static int name_keytab(struct logon_settings *l, const struct limit *limit, struct err *err)
{
	int there = l->keytab ? file_exists(l->keytab, limit, err) : 1;

	if (there < 0)
		return err_prefix(err, "--keytab: ");
	if (!there)
		return err_set(err, ERR_USAGE, "--keytab: there is no %s", l->keytab);
	if (l->keytab)
		setenv("KRB5_CLIENT_KTNAME", l->keytab, 1);
	l->has_ticket = getenv("KRB5CCNAME") || getenv("KRB5_CLIENT_KTNAME");
	return 0;
}

int logon_settings_one_token(const char *prefix, const char *file, const char *command,
			     const char *provider, struct err *err)
{
	const char *first = file ? "oauth-token-file" : "oauth-token-command";
	const char *second = provider ? "provider" : "oauth-token-command";

	if (!!file + !!command + !!provider < 2)
		return 0;
	return err_set(err, ERR_USAGE, "%s%s and %s%s: only one can be right", prefix, first,
		       prefix, second);
}

/* How long tokens are awaited. Where each target has its own, one that does not come is to leave
 * time for the tests of the others. */
static int64_t token_limit_us(const struct settings *s)
{
	int64_t left_us = s->limit.until_us - clock_us();
	int64_t most_us = (int64_t)s->connection_timeout_s * US_PER_S;

	if (s->tokens_apart)
		left_us /= 2;
	return left_us < most_us ? left_us : most_us;
}

char *logon_settings_provider(const struct settings *s, const char *prefix, const char *provider,
			      struct err *err)
{
	char *command = provider_command(provider, token_limit_us(s), err);

	if (!command)
		err_prefix(err, "%sprovider: ", prefix);
	return command;
}

static int use_provider(struct settings *s, struct err *err)
{
	struct logon_settings *l = &s->logon;

	if (!l->provider)
		return 0;
	l->provider_command = logon_settings_provider(s, "--", l->provider, err);
	l->token_command = l->provider_command;
	return l->provider_command ? 0 : -1;
}

int logon_settings_finish(struct settings *s, struct err *err)
{
	struct logon_settings *l = &s->logon;

	if (l->client_key && !l->client_cert)
		return err_set(err, ERR_USAGE, "--client-key needs its certificate: --client-cert");
	if (logon_settings_one_token("--", l->token_file, l->token_command, l->provider, err) ||
	    use_provider(s, err))
		return -1;
	if (name_keytab(l, &s->limit, err))
		return -1;
	if (l->token_file && settings_fill_secret(s, &l->token, l->token_file, true, err))
		return err_prefix(err, "--oauth-token-file: ");
	if (settings_credential(s, "oauth-token", &l->token, true, err))
		return -1;
	if (l->client_cert &&
	    client_certificate_load(&l->certificate, l->client_cert, l->client_key, &s->limit, err))
		return -1;
	settings_note_file(s, l->client_key ? l->client_key : l->client_cert);
	return 0;
}

/* ---- tokens by commands ---- */

/* The number of the command that gets it: of one that is there already, or of a new one. */
static int add_command(struct logon_settings *l, struct dictionary *numbers,
		       const struct token_wanted *wanted, size_t *number_r, struct err *err)
{
	struct command *c = &l->commands[l->command_count];
	struct buf words = BUF_INIT(COMMAND_WORDS_MAX);

	if (command_parse(c, wanted->command, wanted->username, err)) {
		command_free(c);
		return err_prefix(err, "%s: ", wanted->name);
	}
	c->name = wanted->name;
	c->is_own = provider_command_runs(c->argv[0]);
	command_words(c, &words);
	size_t *number = dictionary_get(numbers, buf_str(&words), sizeof(*number));
	buf_free(&words);
	if (*number) /* counted from 1 */
		command_free(c);
	else
		*number = ++l->command_count;
	*number_r = *number - 1;
	return 0;
}

static int add_commands(struct logon_settings *l, struct token_wanted *wanted, size_t count,
			struct err *err)
{
	struct dictionary numbers = {0};
	int rc = 0;

	for (size_t i = 0; i < count && rc == 0; i++) {
		size_t number = 0;
		if (!wanted[i].command || !wanted[i].username)
			continue;
		rc = add_command(l, &numbers, &wanted[i], &number, err);
		wanted[i].token_r = &l->commands[number].line;
		wanted[i].err_r = &l->commands[number].err;
	}
	dictionary_free(&numbers, NULL);
	return rc;
}

/* What is said of a command that has failed; one of this package says itself who it is. */
static void name_failure(const struct command *c, struct err *err)
{
	err_fault(err, "token-command-failed");
	if (!c->is_own)
		err_prefix(err, "%s: ", c->name);
	else if (!provider_command_is_there())
		err_hint(err, "install mailflow-tools");
}

static const struct command *first_failed(const struct logon_settings *l)
{
	for (size_t i = 0; i < l->command_count; i++)
		if (l->commands[i].err.kind != ERR_NONE)
			return &l->commands[i];
	return NULL;
}

/* With --what-if they have to be there, no more. */
static int find_commands(struct settings *s, struct err *err)
{
	struct logon_settings *l = &s->logon;

	for (size_t i = 0; i < l->command_count; i++) {
		struct command *c = &l->commands[i];
		if (commands_find(c, 1, &c->err) && !s->tokens_apart) {
			*err = c->err;
			return -1;
		}
	}
	return 0;
}

static int run_commands(struct settings *s, struct err *err)
{
	struct logon_settings *l = &s->logon;
	int64_t until_us = clock_us() + token_limit_us(s);

	if (s->what_if)
		return find_commands(s, err);
	return s->tokens_apart ? commands_run_each(l->commands, l->command_count, until_us, err)
			       : commands_run(l->commands, l->command_count, until_us, err);
}

int logon_settings_get_tokens(struct settings *s, struct token_wanted *wanted, size_t count,
			      struct err *err)
{
	struct logon_settings *l = &s->logon;

	l->commands = xcalloc(count + 1, sizeof(*l->commands));
	if (add_commands(l, wanted, count, err))
		return -1;
	if (run_commands(s, err)) {
		const struct command *failed = first_failed(l);
		if (failed)
			name_failure(failed, err);
		return -1;
	}
	for (size_t i = 0; i < l->command_count; i++)
		if (l->commands[i].err.kind != ERR_NONE)
			name_failure(&l->commands[i], &l->commands[i].err);
	return 0;
}

const char *logon_settings_remark(const struct settings *s, const struct secret *token)
{
	for (size_t i = 0; i < s->logon.command_count; i++)
		if (&s->logon.commands[i].line == token)
			return s->logon.commands[i].remark;
	return NULL;
}

bool logon_settings_is_user(const struct settings *s, const char *username)
{
	return username && s->username && !strcmp(username, s->username);
}

bool logon_settings_need_password(const struct settings *s, const char *auth, bool has_token)
{
	if (auth)
		return mechanisms_need(auth, NEEDS_PASSWORD);
	return !has_token && !s->logon.certificate.count && !s->logon.keytab;
}

struct credentials logon_settings_credentials(struct settings *s, const char *username,
					      const struct secret *password,
					      const struct secret *token)
{
	struct logon_settings *l = &s->logon;
	struct logon_history *history =
		username ? dictionary_get(&l->histories, username, sizeof(*history)) : NULL;

	return (struct credentials){
		.username = username,
		.authzid = l->authzid,
		.password = password,
		.token = token,
		.has_certificate = l->certificate.count,
		.has_ticket = l->has_ticket,
		.auth = l->auth[0] ? l->auth : NULL,
		.history = history,
	};
}

void logon_settings_free(struct logon_settings *l)
{
	secret_free(&l->token);
	for (size_t i = 0; i < l->command_count; i++)
		command_free(&l->commands[i]);
	free(l->commands);
	free(l->provider_command);
	l->provider_command = NULL;
	l->commands = NULL;
	l->command_count = 0;
	client_certificate_free(&l->certificate);
	dictionary_free(&l->histories, NULL);
}

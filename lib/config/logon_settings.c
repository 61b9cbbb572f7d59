/* logon_settings.c - how to log on: by which mechanisms, and with what */
#include "config/logon_settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/xalloc.h"
#include "config/settings.h"

/* The protocol's own commands besides SASL. */
static unsigned int forms(const struct settings *s)
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
	return mechanisms_parse(s->logon.auth, value, forms(s), err);
}

void logon_settings_show_order(const void *settings, struct buf *out)
{
	unsigned int known = forms(settings);
	char names[SASL_MECHANISMS_SIZE] = "";

	for (const struct mechanism *m = mechanisms; m->name; m++)
		if (m->form & known && !m->on_demand)
			sasl_add_mechanism(names, span_of(m->name));
	buf_append_str(out, names);
}

/* ---- what they need ---- */

static int not_given(const char *auth, const char *what, struct err *err)
{
	return err_set(err, ERR_USAGE, "auth=%s needs %s", auth, what);
}

int logon_settings_check(const struct settings *s, const char *auth, struct err *err)
{
	const struct logon_settings *l = &s->logon;

	if (mechanisms_need(auth, NEEDS_CERTIFICATE) && !l->client_cert)
		return not_given(auth, "a certificate: --client-cert=FILE, --client-key=FILE", err);
	if (mechanisms_need(auth, NEEDS_TOKEN) && !l->token_command && !secret_is_set(&l->token))
		return not_given(auth, "a token: --oauth-token-file=FILE", err);
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

/* The client's key has been read: it is at hand, if it is a file. */
static void note_key(struct settings *s)
{
	const struct logon_settings *l = &s->logon;
	const char *path = l->client_key ? l->client_key : l->client_cert;
	struct stat st;

	if (path && !s->exposed && stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
	    st.st_mode & S_IROTH)
		s->exposed = path;
}

int logon_settings_finish(struct settings *s, struct err *err)
{
	struct logon_settings *l = &s->logon;

	l->history = xcalloc(1, sizeof(*l->history));
	if (l->client_key && !l->client_cert)
		return err_set(err, ERR_USAGE, "--client-key needs its certificate: --client-cert");
	if (l->token_file && l->token_command)
		return err_set(
			err, ERR_USAGE,
			"--oauth-token-file and --oauth-token-command: only one can be right");
	if (name_keytab(l, &s->limit, err))
		return -1;
	if (l->token_file && secret_read_token(&l->token, l->token_file, &s->limit, err))
		return err_prefix(err, "--oauth-token-file: ");
	settings_note_secret(s, &l->token, l->token_file);
	if (settings_credential(s, "oauth-token", &l->token, err))
		return -1;
	if (l->client_cert &&
	    client_certificate_load(&l->certificate, l->client_cert, l->client_key, &s->limit, err))
		return -1;
	note_key(s);
	return logon_settings_check(s, l->auth, err) ? err_prefix(err, "--") : 0;
}

/* ---- tokens by commands ---- */

/* The command for a user: one that is there already, or a new one. */
static int add_user(struct logon_settings *l, const char *username, struct err *err)
{
	struct command *c = &l->commands[l->command_count];
	size_t i = 0;

	if (command_parse(c, l->token_command, username, err)) {
		command_free(c);
		return err_prefix(err, "--oauth-token-command: ");
	}
	while (i < l->command_count && !command_equal(&l->commands[i], c))
		i++;
	if (i < l->command_count)
		command_free(c);
	else
		l->command_count++;
	l->tokens[l->token_count++] = (struct token_of){username, i};
	return 0;
}

int logon_settings_get_tokens(struct settings *s, const char *const *users, size_t count,
			      struct err *err)
{
	struct logon_settings *l = &s->logon;
	int64_t until_us = clock_us() + (int64_t)s->connection_timeout_s * US_PER_S;

	if (!l->token_command || !count)
		return 0;
	l->commands = xcalloc(count, sizeof(*l->commands));
	l->tokens = xcalloc(count, sizeof(*l->tokens));
	for (size_t i = 0; i < count; i++)
		if (add_user(l, users[i], err))
			return -1;
	if (s->limit.until_us < until_us)
		until_us = s->limit.until_us;
	if (commands_run(l->commands, l->command_count, until_us, err))
		return err_prefix(err, "--oauth-token-command: ");
	return 0;
}

const struct secret *logon_settings_token(const struct settings *s, const char *username)
{
	const struct logon_settings *l = &s->logon;

	for (size_t i = 0; username && i < l->token_count; i++)
		if (!strcmp(l->tokens[i].username, username))
			return &l->commands[l->tokens[i].command].line;
	return &l->token;
}

bool logon_settings_need_password(const struct settings *s)
{
	if (s->logon.auth[0])
		return mechanisms_need(s->logon.auth, NEEDS_PASSWORD);
	return !secret_is_set(&s->logon.token) && !s->logon.token_command &&
	       !s->logon.certificate.count && !s->logon.keytab;
}

struct credentials logon_settings_credentials(const struct settings *s, const char *username,
					      const struct secret *password)
{
	return (struct credentials){
		.username = username,
		.authzid = s->logon.authzid,
		.password = password,
		.token = logon_settings_token(s, username),
		.has_certificate = s->logon.certificate.count,
		.has_ticket = s->logon.has_ticket,
		.auth = s->logon.auth[0] ? s->logon.auth : NULL,
		.history = s->logon.history,
	};
}

void logon_settings_free(struct logon_settings *l)
{
	secret_free(&l->token);
	for (size_t i = 0; i < l->command_count; i++)
		command_free(&l->commands[i]);
	free(l->commands);
	free(l->tokens);
	l->commands = NULL;
	l->tokens = NULL;
	l->command_count = l->token_count = 0;
	client_certificate_free(&l->certificate);
	free(l->history);
	l->history = NULL;
}

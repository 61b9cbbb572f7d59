/* logon.c - which way to log on, and what a refusal leads to: the same for all protocols */
#include "mail/sasl/logon.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "mail/sasl/sasl.h"
#include "net/conn_begin.h"

enum { WAYS_MAX = 24 }; /* more than there are mechanisms */

/* The ways that are open, the first one first. */
struct ways {
	const struct mechanism *way[WAYS_MAX];
	size_t count;
};

/* ---- what is open ---- */

/* The server takes it, and the connection is fit for it. */
static bool is_open(const struct logon *l, const struct mechanism *m)
{
	if (m->binds && !(l->conn->tls_on && tls_can_bind(&l->conn->tls)))
		return false;
	if (m->needs == NEEDS_CERTIFICATE && !l->conn->tls_on)
		return false;
	if (m->form != FORM_SASL)
		return l->forms & m->form;
	return sasl_offers(l->offered, m->name);
}

static bool has_what_it_needs(const struct mechanism *m, const struct credentials *who)
{
	switch (m->needs) {
	case NEEDS_PASSWORD:
		return credentials_have(who->password);
	case NEEDS_TOKEN:
		return credentials_have(who->token);
	case NEEDS_CERTIFICATE:
		return who->has_certificate;
	case NEEDS_TICKET:
		return who->has_ticket;
	case NEEDS_NOTHING:
		break;
	}
	return true;
}

static void add(struct ways *w, const struct mechanism *m)
{
	if (w->count < WAYS_MAX)
		w->way[w->count++] = m;
}

/* A ticket may be there unnamed. */
static bool can_try(const struct mechanism *m, const struct credentials *who)
{
	return m->needs == NEEDS_TICKET || has_what_it_needs(m, who);
}

static void add_named(struct ways *w, const struct logon *l, const struct credentials *who)
{
	struct span names = span_of(who->auth), name;

	while ((name = span_next_word(&names)).len)
		for (const struct mechanism *m = mechanisms; m->name; m++)
			if (span_is(name, m->name) && is_open(l, m) && can_try(m, who))
				add(w, m);
}

static bool has_plain_way(const struct logon *l, const struct credentials *who)
{
	for (const struct mechanism *m = mechanisms; m->name; m++)
		if (m->plain && m->needs == NEEDS_PASSWORD && is_open(l, m) &&
		    has_what_it_needs(m, who))
			return true;
	return false;
}

/* Those that need a secret of their own are passed over where the account is known to have none,
 * and its password is safe. */
static void add_best(struct ways *w, const struct logon *l, const struct credentials *who)
{
	bool only_plain = who->history && atomic_load(&who->history->takes_plain) &&
			  l->conn->tls_on && has_plain_way(l, who);
	bool unbound = who->history && atomic_load(&who->history->takes_unbound);

	for (const struct mechanism *m = mechanisms; m->name; m++)
		if (!m->on_demand && is_open(l, m) && has_what_it_needs(m, who) &&
		    !(only_plain && mechanism_is_challenge(m)) && !(unbound && m->binds))
			add(w, m);
}

/* ---- what a refusal leads to ---- */

/* Whether there may be one more attempt after a refusal that may be about the secret. */
static bool may_retry(const struct credentials *who)
{
	return who->history && !atomic_exchange(&who->history->retried, true);
}

static bool leads_on(const struct logon *l, const struct credentials *who,
		     const struct mechanism *refused, const struct mechanism *m, enum logon_end end)
{
	if (who->auth)
		return strcmp(m->name, refused->name) != 0;
	if (end == LOGON_REFUSED_BOUND)
		return mechanism_is_scram(m) && !m->binds;
	return mechanism_is_challenge(refused) && m->plain && m->needs == NEEDS_PASSWORD &&
	       l->conn->tls_on;
}

/* It is no matter of the way, or of the secret: asking again at once makes it worse. */
static bool is_for_now(enum err_kind kind)
{
	return kind == ERR_THROTTLED || kind == ERR_TRANSIENT;
}

static size_t next_unbound(const struct ways *w, size_t at)
{
	for (at++; at < w->count && w->way[at]->binds;)
		at++;
	return at;
}

static bool is_refusal(enum logon_end end)
{
	return end == LOGON_REFUSED || end == LOGON_REFUSED_BOUND;
}

/* The index of the next way, or w->count. */
static size_t next_way(const struct logon *l, const struct credentials *who, const struct ways *w,
		       size_t at, enum logon_end end)
{
	if (end == LOGON_NOT_SO)
		return at + 1;
	if (end == LOGON_CANNOT_BIND)
		return next_unbound(w, at);
	for (size_t next = at + 1; is_refusal(end) && next < w->count; next++)
		if (leads_on(l, who, w->way[at], w->way[next], end))
			return may_retry(who) ? next : w->count;
	return w->count;
}

static void name_fault(struct err *err, const struct mechanism *m, bool expired)
{
	if (m->needs == NEEDS_TOKEN)
		err_fault(err, expired ? "token-expired" : "token-refused");
	else
		err_fault(err, m->needs == NEEDS_TICKET ? "kerberos-ticket" : "logon-refused");
}

/* Cyrus SASL takes the realm off that is its own, and then it is another name. */
static void explain_ticket(const char *username, char *words, size_t size)
{
	const char *realm = strrchr(username, '@');

	snprintf(words, size, "the ticket is not this user's%s%s, or a clock is off?",
		 realm ? ", he is known there without " : "", realm ? realm : "");
}

static void explain_bound(const struct mechanism *m, enum logon_end end, char *words, size_t size)
{
	const char *why = "wrong user or password, or the server binds to TLS in another way:";

	if (end == LOGON_CANNOT_BIND)
		why = "the server binds to TLS in another way:";
	if (end == LOGON_REFUSED_BOUND)
		why = "wrong user or password, or TLS ends at somebody in between? try";
	snprintf(words, size, "%s --auth=%.*s", why, (int)(strlen(m->name) - strlen("-PLUS")),
		 m->name);
}

/* What is known here of why it was refused: that comes before what the protocol guesses. */
static void explain(const struct logon *l, const struct mechanism *m, const struct credentials *who,
		    enum logon_end end)
{
	static const char wrong[] = "wrong user or password";
	char words[sizeof(l->conn->err->hint)] = "", when[32];
	time_t now = time(NULL), expired = 0;
	struct tm tm;

	if (m->needs == NEEDS_TOKEN)
		expired = (time_t)sasl_token_expires(who->token->value);
	if (!strcmp(m->name, "NTLM"))
		snprintf(words, sizeof(words),
			 "this is NTLM version 1, which many servers do not take");
	else if (expired && expired <= now && gmtime_r(&expired, &tm) &&
		 strftime(when, sizeof(when), "%Y-%m-%d %H:%M UTC", &tm))
		snprintf(words, sizeof(words), "the token has expired at %s", when);
	else if (m->needs == NEEDS_TOKEN)
		snprintf(words, sizeof(words), "wrong user, or the token is not for this server?");
	else if (m->needs == NEEDS_TICKET)
		explain_ticket(who->username, words, sizeof(words));
	else if (m->needs == NEEDS_CERTIFICATE)
		snprintf(words, sizeof(words), "the certificate is not this user's?");
	else if (m->binds)
		explain_bound(m, end, words, sizeof(words));
	else if (mechanism_is_challenge(m) && !l->conn->tls_on && !who->auth &&
		 !strncmp(l->conn->err->hint, wrong, sizeof(wrong) - 1))
		snprintf(words, sizeof(words), "%s, or no secret for %s there: --auth=PLAIN", wrong,
			 m->name);
	if (words[0]) {
		err_unhint(l->conn->err);
		err_hint(l->conn->err, "%s", words);
		name_fault(l->conn->err, m, expired && expired <= now);
	}
}

/* ---- the logon ---- */

/* The first refusal that may be about the secret says more than those that are not. */
struct refusal {
	struct err err;
	const struct mechanism *way;
	bool is_bound; /* the server had heard of the TLS channel */
};

static void remember(const struct credentials *who, const struct refusal *kept,
		     const struct mechanism *worked, struct logon_memory *memory)
{
	const struct mechanism *refused = kept->way;
	bool not_bound = kept->is_bound && mechanism_is_scram(worked) && !worked->binds;

	memory->worked = worked;
	memory->not_bound = not_bound ? refused : NULL;
	if (!who->history || !refused)
		return;
	if (not_bound)
		atomic_store(&who->history->takes_unbound, true);
	else if (mechanism_is_challenge(refused) && worked->plain)
		atomic_store(&who->history->takes_plain, true);
}

static int try_all(const struct logon *l, const struct credentials *who, const struct ways *w,
		   struct logon_memory *memory)
{
	struct refusal kept = {0};
	enum logon_end end = LOGON_OVER;

	for (size_t i = 0; i < w->count;) {
		memory->tried = w->way[i];
		end = l->attempt(l->session, w->way[i], who);
		if (is_refusal(end) || end == LOGON_CANNOT_BIND)
			explain(l, w->way[i], who, end);
		if (end == LOGON_DONE) {
			remember(who, &kept, w->way[i], memory);
			return 0;
		}
		if (is_for_now(l->conn->err->kind))
			end = LOGON_OVER;
		i = next_way(l, who, w, i, end);
		if (is_refusal(end))
			kept = (struct refusal){*l->conn->err, memory->tried,
						end == LOGON_REFUSED_BOUND};
		if (i < w->count)
			*l->conn->err = (struct err){0};
	}
	if (!is_refusal(end) && end != LOGON_OVER && kept.way) {
		*l->conn->err = kept.err;
		memory->tried = kept.way;
	}
	return -1;
}

/* Of those that are named, one that the server takes. */
static const struct mechanism *find_open(const struct logon *l, const char *auth)
{
	for (const struct mechanism *m = mechanisms; m->name; m++)
		if (span_has_word(span_of(auth), m->name) && is_open(l, m))
			return m;
	return NULL;
}

static int not_given(const struct logon *l, const struct mechanism *m)
{
	static const char *const needs[] = {
		[NEEDS_PASSWORD] = "password",
		[NEEDS_TOKEN] = "token",
		[NEEDS_CERTIFICATE] = "client certificate",
	};

	return err_set(l->conn->err, ERR_LOCAL, "AUTH %s needs a %s, and none is given", m->name,
		       needs[m->needs]);
}

static int not_offered(const struct logon *l, const char *auth)
{
	const struct mechanism *open = find_open(l, auth);
	char names[SASL_MECHANISMS_SIZE];
	size_t len = 0;

	if (open)
		return not_given(l, open);
	for (const char *c = auth; len + 2 < sizeof(names) && *c; c++) {
		if (*c == ' ')
			names[len++] = ',';
		names[len++] = *c;
	}
	names[len] = '\0';
	return err_set(l->conn->err, ERR_AUTH, "AUTH %s is not offered, only %s", names,
		       l->offered[0] ? l->offered : "none");
}

/* A server that offered to bind the logon to the channel, and does not any more, may be another
 * one. */
static int not_bound_any_more(const struct logon *l, const struct mechanism *before)
{
	err_set(l->conn->err, ERR_AUTH, "%s was offered before, now only %s", before->name,
		l->offered[0] ? l->offered : "none");
	err_hint(l->conn->err, "somebody may be in between");
	return err_fault(l->conn->err, "logon-impostor");
}

void logon_hide(struct conn *c, const struct credentials *who)
{
	if (credentials_have(who->password))
		conn_hide(c, who->password->value, who->username);
	if (credentials_have(who->token))
		conn_hide(c, who->token->value, NULL);
}

/* Whoever is begun beside it, to the same host, goes there, too. */
static void know_one(struct conn *c, const struct mail_account *a)
{
	struct sockaddr_storage at = *a->address;
	const struct addrinfo one = {
		.ai_family = at.ss_family,
		.ai_addr = (struct sockaddr *)&at,
		.ai_addrlen = at.ss_family == AF_INET ? sizeof(struct sockaddr_in)
						      : sizeof(struct sockaddr_in6),
	};

	conn_know(c, a->endpoint->host, a->family, &one);
}

int logon_connect(struct conn *c, const struct mail_account *a)
{
	if (a->address)
		know_one(c, a);
	if (conn_open(c, a->endpoint, a->family, a->tls))
		return -1;
	logon_hide(c, &a->who);
	return 0;
}

int logon_run(const struct logon *l, const struct credentials *who, struct logon_memory *memory)
{
	const struct mechanism *before = memory->worked;
	struct ways ways = {0};

	if (before && before->binds && !is_open(l, before))
		return not_bound_any_more(l, before);
	if (before && is_open(l, before))
		add(&ways, before);
	else if (who->auth)
		add_named(&ways, l, who);
	else
		add_best(&ways, l, who);
	if (!ways.count)
		return who->auth ? not_offered(l, who->auth) : l->no_way(l->session);
	return try_all(l, who, &ways, memory);
}

const char *logon_name(const struct logon_memory *memory)
{
	return memory->tried ? memory->tried->name : "";
}

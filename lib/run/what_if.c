/* what_if.c - what a test would do, from the settings alone
 *
 * Nothing is asked, looked up or sent. The steps are those that the dialogs in lib/mail take where
 * all goes well, in their order; tests/lab/test_what_if.sh holds both against each other. */
#include "run/what_if.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/steps.h"

/* A leg that is being planned. */
struct planner {
	struct result *r;
	const char *prefix; /* of its steps: "imap_" */
};

static void plan(const struct planner *p, const char *step, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static void plan(const struct planner *p, const char *step, const char *fmt, ...)
{
	char name[STEP_NAME_SIZE];
	va_list ap;

	snprintf(name, sizeof(name), "%s%s", step_stands_alone(step) ? "" : p->prefix, step);
	va_start(ap, fmt);
	result_vplan(p->r, name, fmt, ap);
	va_end(ap);
}

/* ---- what all legs begin with ---- */

static void plan_tls(const struct planner *p, const struct mail_account *a, const char *before)
{
	const char *name = a->tls->certificate_name;
	const char *behind = a->tls->renewed ? ", and compared with --certificate-file" : "";

	if (a->tls->trust_any)
		plan(p, "tls", "%scertificate not verified (-k)%s", before, behind);
	else
		plan(p, "tls", "%scertificate verified for %s%s", before,
		     name ? name : a->endpoint->host, behind);
}

static const char *family_word(int family)
{
	return family == AF_INET ? "IPv4 " : family == AF_INET6 ? "IPv6 " : "";
}

static void plan_resolve(const struct planner *p, const struct mail_account *a, bool every_address)
{
	if (endpoint_host_is_address(a->endpoint->host))
		plan(p, "resolve", "nothing to look up: %s is an address", a->endpoint->host);
	else if (every_address)
		plan(p, "resolve", "look up %s: each of its %saddresses is tested by itself",
		     a->endpoint->host, family_word(a->family));
	else
		plan(p, "resolve", "look up the %saddresses of %s", family_word(a->family),
		     a->endpoint->host);
}

/* Up to the server's first word. */
static void plan_connection(const struct planner *p, const struct mail_account *a)
{
	char label[ENDPOINT_LABEL_SIZE];

	endpoint_label(a->endpoint, label);
	plan(p, "connect", "connect to %s", label);
	if (a->endpoint->mode == TLS_MODE_IMPLICIT)
		plan_tls(p, a, "TLS from the first byte, ");
}

static void plan_starttls(const struct planner *p, const struct mail_account *a,
			  const char *command)
{
	if (a->endpoint->mode != TLS_MODE_STARTTLS)
		return;
	plan(p, "starttls", "%s, without which nothing more is said", command);
	plan_tls(p, a, "TLS, ");
}

/* With what, where that is not known before the test. */
static const char *secret_to_come(const struct settings *s, const struct credentials *who)
{
	bool has_token = credentials_have(who->token);

	if (who->token && !has_token && who->token != &s->logon.token)
		return s->logon.provider ? ", with the token of --provider"
					 : ", with the token that a program gives";
	if (!credentials_have(who->password) &&
	    logon_settings_need_password(s, who->auth, logon_settings_has_token(s, who)))
		return ", with the password that is asked for on the terminal";
	return "";
}

static void plan_login(const struct planner *p, const struct settings *s,
		       const struct mail_account *a)
{
	const struct credentials *who = &a->who;

	if (!who->username)
		return;
	plan(p, "login", "log on as %s%s%s, by %s%s", who->username, who->authzid ? " for " : "",
	     who->authzid ? who->authzid : "",
	     who->auth ? who->auth : "the best mechanism that both sides have",
	     secret_to_come(s, who));
}

static const char *sender(const char *mailfrom)
{
	return *mailfrom ? mailfrom : "the null sender";
}

/* ---- mailboxes ---- */

static bool is_imap(const struct mailbox_settings *m)
{
	return !strcmp(m->common.rules.protocol, "imap");
}

void what_if_describe_mailbox(const struct mailbox_target *t, struct result *r)
{
	const struct mailbox_settings *m = t->settings;
	const struct mailbox_user *u = t->user;
	const char *where = r->side == SIDE_BACK ? " straight to the back end" : "";
	char label[ENDPOINT_LABEL_SIZE];

	endpoint_label(&r->smtp_endpoint, label);
	if (m->light == LIGHT_GREETING)
		snprintf(r->done, sizeof(r->done),
			 "would read the greeting and ask what the server can do");
	else if (m->light)
		snprintf(r->done, sizeof(r->done), "would log on%s as %s%s", where, u->who.username,
			 m->light == LIGHT_MAILBOX ? " and open the mailbox" : "");
	else
		snprintf(r->done, sizeof(r->done),
			 "would log on%s as %s, send to %s through %s, "
			 "read and delete that message and test messages older than %u h",
			 where, u->who.username, u->mailto, label, m->max_age_h);
}

static void plan_logon(const struct planner *p, const struct mailbox_settings *m,
		       const struct mail_account *a)
{
	plan_resolve(p, a, m->common.all_addresses);
	plan_connection(p, a);
	plan(p, "greeting", "read the greeting");
	plan(p, "capability", "ask what the server can do");
	plan_starttls(p, a, is_imap(m) ? "STARTTLS" : "STLS");
	plan_login(p, &m->common, a);
}

/* The mailbox, or what POP3 has of it. */
static void plan_opening(const struct planner *p, const struct mailbox_target *t)
{
	enum light light = t->settings->light;
	bool opens = mailbox_settings_open(t->settings);

	if (is_imap(t->settings) && opens)
		plan(p, "select", "open %s%s", t->user->mailbox,
		     light ? " without changing it" : "");
	else if (opens)
		plan(p, "stat", "ask how many messages there are");
	if (light)
		plan(p, "logout", "say goodbye");
	else if (!is_imap(t->settings))
		plan(p, "logout", "say goodbye: the next session shows what is new");
}

static void plan_submission(const struct mailbox_target *t, struct result *r)
{
	const struct planner p = {r, "smtp_"};
	struct tls_options tls;
	const struct mail_account a = mailbox_smtp_account(t, r, &tls);

	plan_resolve(&p, &a, false);
	plan_connection(&p, &a);
	plan(&p, "greeting", "read the greeting");
	plan(&p, "capability", "EHLO");
	plan_starttls(&p, &a, "STARTTLS");
	plan_login(&p, &t->settings->common, &a);
	plan(&p, "send", "hand in a test message from %s to %s", sender(t->user->mailfrom),
	     t->user->mailto);
	plan(&p, "logout", "say goodbye");
}

static void plan_cleanup(const struct planner *p, const struct mailbox_settings *m)
{
	struct buf folders = BUF_INIT(RESULT_TEXT_SIZE);

	for (size_t i = 0; i < m->clean.count; i++)
		buf_printf(&folders, ", also in %s", m->clean.item[i]);
	plan(p, "cleanup", "delete test messages older than %u h%s", m->max_age_h,
	     buf_str(&folders));
	buf_free(&folders);
}

/* Once it has been accepted. */
static void plan_delivery(const struct planner *p, const struct mailbox_settings *m)
{
	const char *deletion = "delete it, once two looks at its header have proved that it is the "
			       "test message";

	plan(p, "delivery",
	     "wait until the message is there, to the end of --timeout (%g s) at most",
	     limit_s(&m->common.limit));
	plan(p, "search", "look for it");
	plan(p, "fetch", "read it");
	if (is_imap(m))
		plan(p, "delete", "%s", deletion);
	plan_cleanup(p, m);
	if (is_imap(m))
		plan(p, "logout", "say goodbye");
	else
		plan(p, "delete", "%s; what is deleted is gone when QUIT is answered", deletion);
}

void what_if_mailbox(const struct mailbox_target *t, struct result *r)
{
	const struct mailbox_settings *m = t->settings;
	const struct planner p = {r, is_imap(m) ? "imap_" : "pop_"};
	const struct mail_account a = mailbox_account(t, r);

	what_if_describe_mailbox(t, r);
	r->skipped = true;
	plan_logon(&p, m, &a);
	plan_opening(&p, t);
	if (m->light)
		return;
	plan_submission(t, r);
	plan_delivery(&p, m);
}

/* ---- connectors ---- */

static void plan_ehlo(const struct planner *p, const struct smtp_reach *reach, bool lmtp)
{
	struct buf rules = BUF_INIT(RESULT_TEXT_SIZE);

	for (size_t i = 0; reach->rules && i < reach->rules->count; i++) {
		const struct ehlo_rule *rule = &reach->rules->item[i];
		buf_printf(&rules, ", must %soffer %s", rule->forbidden ? "not " : "", rule->text);
	}
	plan(p, "capability", "%s%s", lmtp ? "LHLO" : "EHLO", buf_str(&rules));
	buf_free(&rules);
}

static void plan_envelope(const struct planner *p, const struct smtp_reach *reach)
{
	if (reach->through < SMTP_THROUGH_MAIL)
		return;
	plan(p, "mail", "MAIL, from %s", sender(reach->mailfrom));
	if (reach->through >= SMTP_THROUGH_RCPT)
		plan(p, "rcpt", "RCPT, to %s%s", reach->rcptto,
		     reach->expect_reject ? ", who must be refused" : "");
}

static void plan_dialog(const struct planner *p, const struct settings *s,
			const struct smtp_reach *reach, bool lmtp)
{
	const struct mail_account *a = &reach->account;

	plan(p, "greeting", "read the greeting%s%s", reach->fqdn ? ", which must name " : "",
	     reach->fqdn ? reach->fqdn : "");
	if (reach->through == SMTP_THROUGH_BANNER)
		return;
	plan_ehlo(p, reach, lmtp);
	if (reach->through >= SMTP_THROUGH_TLS)
		plan_starttls(p, a, "STARTTLS");
	if (reach->through >= SMTP_THROUGH_AUTH)
		plan_login(p, s, a);
	plan_envelope(p, reach);
}

void what_if_connector(const struct settings *s, const struct smtp_reach *reach, bool lmtp,
		       bool every_address, struct result *r)
{
	const struct planner p = {r, "smtp_"};
	const struct mail_account *a = &reach->account;

	snprintf(r->done, sizeof(r->done), "would test through %s (%s)",
		 smtp_through_name(reach->through), tls_mode_name(a->endpoint->mode));
	r->skipped = true;
	if (!reach->address)
		plan_resolve(&p, a, every_address);
	plan_connection(&p, a);
	plan_dialog(&p, s, reach, lmtp);
	plan(&p, "logout",
	     reach->through >= SMTP_THROUGH_MAIL ? "RSET and QUIT: nothing is sent"
						 : "QUIT: nothing is sent");
}

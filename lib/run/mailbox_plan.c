/* mailbox_plan.c - accounts and their end points become targets, and what these have in common
 * becomes lanes */
#include "run/mailbox_plan.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/dictionary.h"
#include "base/xalloc.h"
#include "net/resolve.h"
#include "run/lookups.h"
#include "run/plugin.h"

/* Exchange Online takes 30 messages a minute of one sender. */
static const int64_t GAP_US = 2 * US_PER_S;

/* ---- targets ---- */

static const char *scenario_of(const struct mailbox_scenarios *s, const struct mailbox_settings *m,
			       enum side side)
{
	if (m->probe == PROBE_DEEP)
		return s->deep;
	if (side == SIDE_BACK)
		return m->light ? s->logon_behind : s->full_behind;
	switch (m->probe) {
	case PROBE_SELF:
		return s->self;
	case PROBE_PROXY:
		return s->proxy;
	case PROBE_CTP:
		return s->ctp;
	default:
		return m->light ? s->logon : s->full;
	}
}

struct making {
	struct mailbox_plan *plan;
	const struct mailbox_settings *settings;
	const struct mailbox_scenarios *scenarios;
	struct lookups *names;
	enum err_kind late; /* what it is when one of them is not there in time */
};

static void set_label(const struct account *a, struct result *r)
{
	char place[RESULT_PLACE_SIZE];

	plugin_place(&r->endpoint, r->one_address, place);
	if (a->section.name)
		snprintf(r->label, sizeof(r->label), "%s %s", a->section.name, place);
	else
		snprintf(r->label, sizeof(r->label), "%s", place);
}

static bool looks_up(const struct mailbox_settings *m, const struct mailbox_user *u)
{
	return m->common.all_addresses && !m->common.what_if && !u->account->disabled;
}

/* The back ends' message goes where that of the front end goes: they are no other way in. */
static void set_side(const struct mailbox_user *u, const struct endpoint *e,
		     struct mailbox_target *t, struct result *r)
{
	const struct settings *s = &t->settings->common;
	bool is_back = e >= u->endpoint + u->front_ends;

	t->front = is_back ? u->endpoint : e;
	if (!u->front_ends && s->endpoint_count)
		t->front = s->endpoints;
	if (u->endpoints > u->front_ends)
		r->side = is_back ? SIDE_BACK : SIDE_FRONT;
}

static struct result *add_target(struct making *m, const struct mailbox_user *u,
				 const struct endpoint *e)
{
	struct mailbox_plan *p = m->plan;

	p->target = xmake_room(p->target, p->count, sizeof(*p->target));
	p->result = xmake_room(p->result, p->count, sizeof(*p->result));
	struct mailbox_target *t = &p->target[p->count];
	struct result *r = &p->result[p->count++];
	struct tls_options smtp_tls;
	*t = (struct mailbox_target){.settings = m->settings, .user = u};
	*r = (struct result){0};
	set_side(u, e, t, r);
	plugin_result_init(&m->settings->common, e, scenario_of(m->scenarios, m->settings, r->side),
			   r);
	r->pair = (size_t)(u - m->settings->users.item);
	r->account = u->who.username;
	r->section = u->account->section.name;
	r->sni = mailbox_account(t, r).tls->sni;
	if (!m->settings->light)
		r->smtp_endpoint = mailbox_smtp_endpoint(u, t->front);
	r->smtp_sni = mailbox_smtp_account(t, r, &smtp_tls).tls->sni;
	set_label(u->account, r);
	if (u->no_token)
		r->err = *u->no_token;
	return r;
}

static void skip_disabled(const struct account *a, struct result *r)
{
	r->skipped = true;
	snprintf(r->done, sizeof(r->done), "%s", a->reason ? a->reason : "disabled");
}

static void add_address(struct making *m, const struct mailbox_user *u, const struct endpoint *e,
			const struct addrinfo *a)
{
	struct result *r = add_target(m, u, e);
	struct sockaddr_storage *at = &m->plan->target[m->plan->count - 1].address;

	memcpy(at, a->ai_addr, a->ai_addrlen);
	address_set_port(at, e->port);
	address_text((const struct sockaddr *)at, a->ai_addrlen, r->one_address);
	memcpy(r->address, r->one_address, sizeof(r->address));
	set_label(u->account, r);
}

static void add_addresses(struct making *m, const struct mailbox_user *u, const struct endpoint *e)
{
	struct err err = {0};
	const struct addrinfo *first = lookups_addresses(m->names, e->host, m->late, &err);

	for (const struct addrinfo *a = first; a; a = a->ai_next)
		add_address(m, u, e, a);
	if (first)
		return;
	struct result *r = add_target(m, u, e);
	r->err = err;
	snprintf(r->err.step, sizeof(r->err.step), "%s_resolve", r->protocol);
}

static void add_targets(struct making *m, const struct mailbox_user *u)
{
	size_t first = m->plan->count;

	for (size_t i = 0; i < u->endpoints; i++)
		if (looks_up(m->settings, u))
			add_addresses(m, u, &u->endpoint[i]);
		else if (u->account->disabled)
			skip_disabled(u->account, add_target(m, u, &u->endpoint[i]));
		else
			add_target(m, u, &u->endpoint[i]);
	if (m->plan->count > first)
		m->plan->result[first].remark = u->reset;
}

static void collect_hosts(struct lookups *l, const struct mailbox_settings *m)
{
	for (size_t i = 0; i < m->users.count; i++) {
		const struct mailbox_user *u = &m->users.item[i];
		for (size_t k = 0; looks_up(m, u) && k < u->endpoints; k++)
			lookups_add(l, u->endpoint[k].host);
	}
}

/* ---- lanes ---- */

struct lane_maker {
	struct pool_lane *lane;
	size_t count;
	struct dictionary by_name; /* size_t: the number, from 1 on */
	size_t *users;             /* of each lane */
};

/* The lane of that name, a new one if need be, for one target more. */
static size_t enter_lane(struct lane_maker *l, char kind, const char *name, size_t most)
{
	char *key = xasprintf("%c%s", kind, name);
	size_t *number;

	for (char *c = key + 1; kind == 'h' && *c; c++)
		*c = (char)tolower((unsigned char)*c);
	number = dictionary_get(&l->by_name, key, sizeof(*number));
	free(key);
	if (!*number) {
		l->lane = xmake_room(l->lane, l->count, sizeof(*l->lane));
		l->users = xmake_room(l->users, l->count, sizeof(*l->users));
		l->lane[l->count] = (struct pool_lane){.most = most};
		l->users[l->count] = 0;
		*number = ++l->count;
	}
	l->users[*number - 1]++;
	return *number;
}

static size_t enter_server(struct lane_maker *l, const struct mailbox_settings *m, const char *host)
{
	char name[ENDPOINT_HOST_SIZE];

	endpoint_name(host, name);
	return enter_lane(l, 'h', name, m->per_server);
}

/* Who is known to the server that the message is handed in to. */
static const char *sender_of(const struct mailbox_user *u)
{
	return u->smtp_who.username ? u->smtp_who.username : u->mailfrom;
}

static void enter_lanes(struct lane_maker *l, const struct mailbox_target *t,
			const struct result *r, size_t of[POOL_LANES_EACH])
{
	const struct mailbox_settings *m = t->settings;
	const char *smtp_host = r->smtp_endpoint.host;

	of[0] = enter_server(l, m, r->endpoint.host);
	if (m->light)
		return;
	if (!endpoint_same_host(smtp_host, strlen(smtp_host), r->endpoint.host))
		of[1] = enter_server(l, m, smtp_host);
	if (!m->accounts_file)
		return;
	size_t sender = enter_lane(l, 's', sender_of(t->user), 1);
	of[2] = sender;
	/* spread over the time there is, but no further apart than need be */
	int64_t gap_us = m->common.limit.us / (int64_t)(l->users[sender - 1] + 1);
	l->lane[sender - 1].gap_us = gap_us < GAP_US ? gap_us : GAP_US;
}

static void make_lanes(struct mailbox_plan *p)
{
	struct lane_maker l = {0};
	size_t(*of)[POOL_LANES_EACH] = xcalloc(p->count, sizeof(*of));

	for (size_t i = 0; i < p->count; i++)
		if (!p->result[i].skipped)
			enter_lanes(&l, &p->target[i], &p->result[i], of[i]);
	p->lane = l.lane;
	p->lanes = (struct pool_lanes){l.lane, l.count, of};
	free(l.users);
	dictionary_free(&l.by_name, NULL);
}

int mailbox_plan_make(struct mailbox_plan *p, const struct mailbox_settings *m,
		      const struct mailbox_scenarios *scenarios, struct err *err)
{
	const struct lookup_limit limit = lookup_limit(&m->common);
	struct lookups *names = lookups_new(m->common.family);
	struct making making = {p, m, scenarios, names, limit.kind};

	*p = (struct mailbox_plan){0};
	collect_hosts(names, m);
	int rc = lookups_run(names, m->common.parallel, &limit, err);
	for (size_t i = 0; rc >= 0 && i < m->users.count; i++)
		add_targets(&making, &m->users.item[i]);
	if (m->per_server)
		make_lanes(p);
	p->stuck = rc > 0;
	if (!p->stuck)
		lookups_free(names);
	return err->kind ? -1 : 0;
}

void mailbox_plan_free(struct mailbox_plan *p)
{
	for (size_t i = 0; i < p->count; i++)
		result_free(&p->result[i]);
	free(p->target);
	free(p->result);
	free(p->lane);
	free(p->lanes.of);
	*p = (struct mailbox_plan){0};
}

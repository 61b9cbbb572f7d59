/* mailbox_plan.c - accounts and their end points become targets, and what these have in common
 * becomes lanes */
#include "run/mailbox_plan.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/dictionary.h"
#include "base/xalloc.h"
#include "run/plugin.h"

/* Exchange Online takes 30 messages a minute of one sender. */
static const int64_t GAP_US = 2 * US_PER_S;

/* ---- targets ---- */

static void set_label(const struct account *a, struct result *r)
{
	char place[RESULT_PLACE_SIZE];

	plugin_place(&r->endpoint, place);
	if (a->section.name)
		snprintf(r->label, sizeof(r->label), "%s %s", a->section.name, place);
	else
		snprintf(r->label, sizeof(r->label), "%s", place);
}

static void add_target(struct mailbox_plan *p, const struct mailbox_settings *m,
		       const struct mailbox_user *u, const struct endpoint *e, const char *scenario)
{
	struct result *r = &p->result[p->count];
	struct mailbox_target *t = &p->target[p->count++];

	struct tls_options smtp_tls;

	*t = (struct mailbox_target){m, u};
	plugin_result_init(&m->common, e, scenario, r);
	r->account = u->who.username;
	r->section = u->account->section.name;
	if (!m->light)
		r->smtp_endpoint = mailbox_smtp_endpoint(u, &r->endpoint);
	r->smtp_sni = mailbox_smtp_account(t, r, &smtp_tls).tls->sni;
	set_label(u->account, r);
	if (!u->account->disabled)
		return;
	r->skipped = true;
	snprintf(r->done, sizeof(r->done), "%s",
		 u->account->reason ? u->account->reason : "disabled");
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

void mailbox_plan_make(struct mailbox_plan *p, const struct mailbox_settings *m,
		       const char *scenario)
{
	const struct mailbox_users *users = &m->users;
	size_t count = 0;

	for (size_t i = 0; i < users->count; i++)
		count += users->item[i].endpoints;
	*p = (struct mailbox_plan){
		.target = xcalloc(count, sizeof(*p->target)),
		.result = xcalloc(count, sizeof(*p->result)),
	};
	for (size_t i = 0; i < users->count; i++)
		for (size_t k = 0; k < users->item[i].endpoints; k++)
			add_target(p, m, &users->item[i], &users->item[i].endpoint[k], scenario);
	if (m->accounts_file)
		make_lanes(p);
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

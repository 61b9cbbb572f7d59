/* test_pop3_worlds.c - whole runs against POP3 servers drawn at random, each in a thread of the
 * test
 *
 * Some show one message under a number, and later another one. Whatever they do, no message may be
 * deleted of which not every look of the session, two at least, has said that it is the same test
 * message; and none at all, if a look has disproved another. Of honest ones all copies are deleted,
 * also of those that break at the second of several commands sent at once.
 */
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "mail/pop3/pop3_delivery.h"
#include "listener.h"
#include "unit.h"

#define TOKEN "0123456789abcdef0123456789abcdef"
#define OTHER "fedcba9876543210fedcba9876543210"

enum { WORLDS = 240, MAIL_MAX = 40, USER_PASS = 2 };

enum kind { OURS, STALE, YOUNG, ANSWER, FOREIGN, KINDS };

/* What TOP shows of each, and RETR with a text behind it. */
static const char *const headers[KINDS] = {
	[OURS] = "Subject: [tagged] Mailflow probe " TOKEN "\r\nMessage-ID: <" TOKEN "@x>\r\n",
	[STALE] = "Subject: Mailflow probe " OTHER "\r\nX-Mailflow-Probe: " OTHER
		  "\r\nDate: Sat, 21 Nov 2020 07:30:57 +0000\r\n",
	[YOUNG] = "Subject: Mailflow probe " OTHER "\r\nX-Mailflow-Probe: " OTHER
		  "\r\nDate: Sat, 21 Nov 2099 07:30:57 +0000\r\n",
	[ANSWER] =
		"Subject: Re: Mailflow probe " TOKEN "\r\nMessage-ID: <1@x>\r\nIn-Reply-To: <" TOKEN
		"@x>\r\nDate: Sat, 21 Nov 2020 07:30:57 +0000\r\n",
	[FOREIGN] = "Subject: Minutes\r\nDate: Sat, 21 Nov 2020 07:30:57 +0000\r\n",
};

struct mail {
	enum kind kind;
	enum kind later; /* what is shown under its number from the turn-th time on */
	unsigned int turn;

	/* in this session */
	bool marked, two_faced;
	unsigned int shown;
	enum kind last;
	bool last_counts; /* what was shown last is what a second look is compared with */
};

enum breaking { LOSES, REPEATS, DROPS, WAYS };

struct world {
	uint64_t random;
	bool honest, pipelining, top, whole, uidl, newest_first;
	unsigned int breaks; /* so many answers of a session are right, if several commands come at
				once; 0: all */
	enum breaking how;   /* then */
	struct mail mail[MAIL_MAX];
	size_t count;
	size_t coming;       /* how many of them are there only once the message was sent */
	atomic_bool arrived; /* it was */
	int listener;

	/* of this session */
	FILE *client;
	size_t visible;
	bool cleaning;        /* ours is read: what is shown now is shown for its own sake */
	bool disproved;       /* one look has disproved another */
	bool logged_on, more; /* more: when the newest command was read, others were there */
	unsigned int at_once; /* commands that did not come alone */
	char wrong[120];
};

static uint32_t draw(struct world *w, uint32_t below)
{
	w->random = w->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(w->random >> 33) % below;
}

static bool one_in(struct world *w, uint32_t count)
{
	return draw(w, count) == 0;
}

static bool is_test_mail(enum kind kind)
{
	return kind == OURS || kind == STALE;
}

static void complain(struct world *w, const char *what, size_t number)
{
	if (!*w->wrong)
		snprintf(w->wrong, sizeof(w->wrong), "%s %zu", what, number);
}

/* ---- the server ---- */

static struct mail *find_mail(struct world *w, size_t number)
{
	if (!number || number > w->visible)
		return NULL;
	return &w->mail[w->newest_first ? w->visible - number : number - 1];
}

/* Between a search and a clean-up only this run's message is looked at for its own sake. */
static enum kind show(struct world *w, struct mail *m)
{
	enum kind kind = m->shown++ < m->turn ? m->kind : m->later;

	if (m->shown > 1 && kind != m->last) {
		m->two_faced = true;
		w->disproved = w->disproved || m->last == OURS ||
			       (w->cleaning && is_test_mail(kind)) ||
			       (m->last_counts && is_test_mail(m->last));
	}
	m->last = kind;
	m->last_counts = w->cleaning;
	return kind;
}

static void say_message(struct world *w, struct mail *m, bool with_text)
{
	fprintf(w->client, "+OK\r\n%s\r\n", headers[show(w, m)]);
	if (with_text)
		fprintf(w->client, "one\r\n..two\r\nthree\r\nToken: " TOKEN "\r\n");
	fprintf(w->client, ".\r\n");
}

/* The first message that is looked at again is ours; from then on what is shown is shown for its
 * own sake. */
static void say_whole(struct world *w, struct mail *m)
{
	say_message(w, m, true);
	w->cleaning = w->cleaning || m->shown > 1;
}

static void dele(struct world *w, struct mail *m)
{
	m->marked = true;
	fprintf(w->client, "+OK\r\n");
}

/* What is marked now is deleted. */
static void quit(struct world *w)
{
	size_t kept = 0;

	for (size_t i = 0; i < w->visible; i++) {
		const struct mail *m = &w->mail[i];
		if (!m->marked)
			continue;
		if (!is_test_mail(m->kind) || m->two_faced || m->shown < 2)
			complain(w, "deleted was a message that is not proven, at", i);
		if (w->disproved)
			complain(w, "deleted was in spite of two messages under one number, at", i);
	}
	for (size_t i = 0; i < w->count; i++)
		if (!w->mail[i].marked)
			w->mail[kept++] = w->mail[i];
	w->count = kept;
	fprintf(w->client, "+OK\r\n");
}

static void begin_session(struct world *w)
{
	w->cleaning = w->disproved = w->logged_on = w->more = false;
	w->at_once = 0;
	w->visible = w->arrived ? w->count : w->count - w->coming;
	for (size_t i = 0; i < w->count; i++) {
		struct mail *m = &w->mail[i];
		*m = (struct mail){.kind = m->kind, .later = m->later, .turn = m->turn};
	}
}

static void reset(struct world *w)
{
	for (size_t i = 0; i < w->count; i++)
		w->mail[i].marked = false;
	fprintf(w->client, "+OK\r\n");
}

static void list_capabilities(const struct world *w)
{
	fprintf(w->client, "+OK\r\nUSER\r\n%s%s%s.\r\n", w->top ? "TOP\r\n" : "",
		w->uidl ? "UIDL\r\n" : "", w->pipelining ? "PIPELINING\r\n" : "");
}

/* Commands about one message. */
static void answer_about(struct world *w, const char *verb, size_t number)
{
	struct mail *m = find_mail(w, number);

	if (!m || m->marked || (!w->honest && one_in(w, 20)))
		fprintf(w->client, "-ERR gone\r\n");
	else if (!strcmp(verb, "UIDL"))
		fprintf(w->client, "+OK %zu u%zu\r\n", number, (size_t)(m - w->mail));
	else if (!strcmp(verb, "LIST"))
		fprintf(w->client, "+OK %zu 400\r\n", number);
	else if (!strcmp(verb, "TOP"))
		say_message(w, m, w->whole);
	else if (!strcmp(verb, "RETR"))
		say_whole(w, m);
	else
		dele(w, m);
}

/* Returns whether the session goes on. */
static bool answer(struct world *w, const char *command)
{
	char verb[8] = "";
	size_t number = 0;

	sscanf(command, "%7s %zu", verb, &number);
	if (!strcmp(verb, "CAPA"))
		list_capabilities(w);
	else if (!strcmp(verb, "STAT"))
		fprintf(w->client, "+OK %zu %zu\r\n", w->visible, w->visible * 400);
	else if (!strcmp(verb, "RSET"))
		reset(w);
	else if (!strcmp(verb, "QUIT"))
		quit(w);
	else if (number)
		answer_about(w, verb, number);
	else
		fprintf(w->client, "+OK\r\n"); /* USER, PASS */
	w->logged_on = w->logged_on || !strcmp(verb, "PASS");
	return strcmp(verb, "QUIT") != 0;
}

/* Whether it is one of several, and one too many. */
static bool is_too_much(struct world *w, int fd)
{
	char next;
	bool behind = w->more;

	w->more = recv(fd, &next, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
	w->at_once += w->more || behind;
	return w->breaks && w->logged_on && (w->more || behind) && w->at_once > w->breaks;
}

/* Returns whether the session goes on. */
static bool answer_or_break(struct world *w, int fd, const char *command)
{
	if (!is_too_much(w, fd))
		return answer(w, command);
	if (w->how == REPEATS) {
		fprintf(w->client, "-ERR what?\r\n");
		return answer(w, command);
	}
	return w->how == LOSES;
}

static void serve(struct world *w, int fd)
{
	FILE *commands = fdopen(dup(fd), "r");
	char line[200];

	setvbuf(commands, NULL, _IONBF, 0); /* what is not read yet can be seen */
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
	w->client = fdopen(fd, "w");
	begin_session(w);
	fprintf(w->client, "+OK\r\n");
	fflush(w->client);
	while (fgets(line, sizeof(line), commands) && answer_or_break(w, fd, line))
		fflush(w->client);
	fclose(w->client);
	fclose(commands);
}

static void *run_server(void *ctx)
{
	struct world *w = ctx;
	int fd;

	while ((fd = accept(w->listener, NULL, NULL)) >= 0)
		serve(w, fd);
	return NULL;
}

/* ---- a world ---- */

static void draw_world(struct world *w, int seed)
{
	*w = (struct world){.random = (uint64_t)seed};
	w->honest = seed % 3 == 0;
	w->pipelining = one_in(w, 2);
	w->top = !one_in(w, 3);
	w->whole = one_in(w, 4);
	w->uidl = one_in(w, 2);
	w->newest_first = one_in(w, 4);
	w->breaks = one_in(w, 3) ? 1 + draw(w, 8) : 0;
	w->how = (enum breaking)draw(w, WAYS);
	size_t before = draw(w, 20);
	w->coming = 1 + draw(w, 8);
	w->count = before + w->coming;
	for (size_t i = 0; i < w->count; i++) {
		struct mail *m = &w->mail[i];
		m->kind = (enum kind)(1 + draw(w, KINDS - 1));
		m->later = m->kind;
		if (i >= before && one_in(w, 3))
			m->kind = m->later = OURS;
		m->turn = 1 + draw(w, 3);
		if (!w->honest && one_in(w, 6))
			m->later = (enum kind)draw(w, KINDS);
	}
	w->mail[w->count - 1].kind = OURS;
	if (w->honest || !one_in(w, 4))
		w->mail[w->count - 1].later = OURS;
}

static struct endpoint start_server(struct world *w, pthread_t *thread_r)
{
	struct endpoint e = {.host = "127.0.0.1", .mode = TLS_MODE_PLAINTEXT};

	w->listener = listener(&e.port, 8);
	pthread_create(thread_r, NULL, run_server, w);
	return e;
}

static int prove(struct pop3 *s, const struct mail_account *account, struct pop3_delivery *probe)
{
	int rc = pop3_delivery_prove(s, probe, 3600);

	if (rc && pop3_distrust(s))
		rc = pop3_delivery_find_again(s, account, probe) ||
		     pop3_delivery_prove(s, probe, 3600);
	return rc;
}

static int dialog(struct world *w, const struct endpoint *endpoint, struct pop3_delivery *probe,
		  struct err *err)
{
	static char password_text[] = "x";
	const struct secret password = {password_text};
	const struct mail_account account = {.endpoint = endpoint,
					     .family = AF_INET,
					     .tls = &(struct tls_options){0},
					     .who = {.username = "u", .password = &password}};
	struct timeline tl = {0};
	struct pop3 s;

	/* who shows two faces may hide ours as well: that it never comes takes its time */
	int64_t limit_us = w->honest ? 20 * US_PER_S : US_PER_S / 5;
	timeline_begin(&tl, err, limit_us, clock_us() + limit_us, 0);
	timeline_leg(&tl, "pop_", 0);
	pop3_init(&s, &tl, err, NULL);
	int rc = pop3_delivery_log_on(&s, &account) || pop3_delivery_note(&s, probe);
	if (rc == 0)
		pop3_delivery_leave(&s, probe);
	w->arrived = true;
	rc = rc || pop3_delivery_await(&s, &account, probe, clock_us()) ||
	     prove(&s, &account, probe) || pop3_delivery_delete(&s, probe);
	pop3_part(&s);
	pop3_free(&s);
	return rc;
}

static size_t count_ours(const struct world *w)
{
	size_t count = 0;

	for (size_t i = 0; i < w->count; i++)
		count += w->mail[i].kind == OURS;
	return count;
}

START_TEST(test_pop3_worlds)
{
	struct world w;
	struct pop3_delivery probe = {.token = TOKEN};
	struct err err = {0};
	pthread_t thread;

	draw_world(&w, _i);
	size_t ours = count_ours(&w);
	struct endpoint e = start_server(&w, &thread);
	int rc = dialog(&w, &e, &probe, &err);
	shutdown(w.listener, SHUT_RDWR);
	pthread_join(thread, NULL);
	close(w.listener);
	pop3_delivery_free(&probe);
	ck_assert_msg(!*w.wrong, "world %d: %s", _i, w.wrong);
	ck_assert_msg((rc == 0) == (err.kind == ERR_NONE), "world %d: %s", _i, err.text);
	/* one that breaks as late as at DELE and QUIT leaves it open what was deleted */
	if (!w.honest || (rc && (w.breaks > USER_PASS + 1 || !w.top)))
		return;
	ck_assert_msg(rc == 0, "world %d: %s", _i, err.text);
	ck_assert_uint_eq(probe.copies, ours);
	ck_assert_uint_eq(count_ours(&w), 0);
}
END_TEST

/* a server's answer to a client that has gone */
static void ignore_sigpipe(void)
{
	signal(SIGPIPE, SIG_IGN);
}

UNIT_MAIN_FIXTURE("pop3_worlds", ignore_sigpipe, NULL, TIMES(test_pop3_worlds, WORLDS))

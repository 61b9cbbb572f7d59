/* account_session.c - sessions with the directory: an administrator's, and the account's own */
#include "account/account_session.h"

#include <string.h>

#include "account/account_write.h"
#include "discover/controllers.h"
#include "net/io.h"

/* An end of a session: where it went wrong, if it did. */
static int leave(struct directory *d, const struct test_account *a, int rc, struct timeline *tl,
		 struct err *err)
{
	if (rc && !err->where[0] && a->at.host[0])
		endpoint_label(&a->at, err->where);
	if (rc && err->kind != ERR_USAGE)
		timeline_fail(tl);
	directory_close(d);
	return rc ? -1 : 0;
}

int account_look(struct test_account *a, const struct account_settings *s, struct timeline *tl,
		 struct err *err)
{
	struct directory d = {0};

	int rc = controllers_open(&d, &s->directory, tl, err);
	if (rc == 0) {
		timeline_leg(tl, "ldap_", 0);
		rc = test_account_read(a, &d, s);
	}
	return leave(&d, a, rc, tl, err);
}

static struct directory_options administrator(const struct test_account *a,
					      const struct account_settings *s)
{
	return discover_settings_options(&s->directory, &a->at);
}

/* A simple logon, which is never in the clear. */
static struct directory_options account_itself(const struct test_account *a,
					       const struct account_settings *s,
					       const struct secret *password)
{
	struct directory_options o = administrator(a, s);

	if (o.endpoint.mode == TLS_MODE_PLAINTEXT)
		o.endpoint.mode = TLS_MODE_STARTTLS;
	o.auth = DIRECTORY_SIMPLE;
	o.username = a->logon;
	o.password = password;
	return o;
}

static int open_as(struct directory *d, const struct directory_options *o,
		   const struct account_settings *s, struct timeline *tl, struct err *err)
{
	timeline_leg(tl, "ldap_", (int64_t)s->directory.common.connection_timeout_s * US_PER_S);
	return directory_open(d, o, tl, err);
}

int account_change(const struct test_account *a, const struct account_settings *s,
		   const struct secret *password, bool *touched_r, struct timeline *tl,
		   struct err *err)
{
	const struct directory_options o = administrator(a, s);
	struct directory d = {0};

	*touched_r = false;
	int rc = open_as(&d, &o, s, tl, err);
	if (rc == 0)
		rc = account_write(a, &d, s->action, password, touched_r);
	return leave(&d, a, rc, tl, err);
}

int account_set_back(const struct test_account *a, const struct account_settings *s,
		     struct timeline *tl, struct err *err)
{
	const struct directory_options o = administrator(a, s);
	struct directory d = {0};

	int rc = open_as(&d, &o, s, tl, err);
	if (rc == 0) {
		timeline_leg(tl, "ldap_", 0);
		rc = step(tl, "cleanup") || account_undo(a, &d, s->action, &s->old);
	}
	return leave(&d, a, rc, tl, err);
}

/* ---- the proof ---- */

/* What a server says that does not know the new password yet, or the account. */
static bool may_be_too_early(const struct err *err)
{
	const char *id = err_id(err);

	return !strcmp(id, "ldap-wrong-password") || !strcmp(id, "ldap-no-user");
}

static int log_on(const struct test_account *a, const struct account_settings *s,
		  const struct secret *password, struct timeline *tl, struct err *err)
{
	const struct directory_options o = account_itself(a, s, password);
	struct directory d = {0};

	return leave(&d, a, open_as(&d, &o, s, tl, err), tl, err);
}

static void pause_for(unsigned int seconds, struct timeline *tl)
{
	int64_t until_us = clock_us() + (int64_t)seconds * US_PER_S;

	timeline_leg(tl, "ldap_", 0);
	io_wait(-1, 0, until_us < tl->deadline_us ? until_us : tl->deadline_us);
}

int account_prove(const struct test_account *a, const struct account_settings *s,
		  const struct secret *password, struct timeline *tl, struct err *err)
{
	unsigned int tries = test_account_tries(a);

	for (unsigned int i = 1; log_on(a, s, password, tl, err); i++) {
		bool is_early = may_be_too_early(err);
		if (!is_early || i >= tries) {
			if (is_early)
				err_unhint(err);
			err_hint(err, "have all servers of the directory heard of it? see "
				      "--replication-wait");
			err_prefix(err, "the new password is refused: ");
			return -1;
		}
		*err = (struct err){0};
		pause_for(s->replication_wait_s, tl);
	}
	return 0;
}

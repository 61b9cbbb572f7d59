/* account_words.c - what is said of the account: what will be written, and what is known */
#include "account/account_write.h"

enum { RULES_SIZE = 200 };

static void put_attributes(const struct test_account *a, enum account_action action,
			   struct buf *out)
{
	static const struct attribute hidden = {.name = "unicodePwd", .value = "****"};
	struct attribute list[ACCOUNT_ATTRIBUTES];

	account_attributes(a, action, a->is_ad ? &hidden : NULL, list);
	for (const struct attribute *i = list; i->name; i++) {
		if (action == ACCOUNT_RESET)
			buf_printf(out, "%sreplace: %s\n", i == list ? "" : "-\n", i->name);
		buf_printf(out, "%s: %s\n", i->name, i->value);
	}
}

void test_account_plan_file(const struct account_settings *s, struct buf *out)
{
	if (s->account_file)
		buf_printf(out, "# %s: %s\n", s->account_file,
			   s->action == ACCOUNT_REMOVE ? "removed, too"
						       : "the new password, after a logon by it");
}

void test_account_plan(const struct test_account *a, const struct account_settings *s,
		       struct buf *out)
{
	char label[ENDPOINT_LABEL_SIZE];

	endpoint_label(&a->at, label);
	buf_printf(out, "# at %s\ndn: %s\n", label, a->dn);
	switch (s->action) {
	case ACCOUNT_CREATE:
		buf_append_str(out, "changetype: add\n");
		put_attributes(a, s->action, out);
		break;
	case ACCOUNT_RESET:
		if (a->is_ad)
			buf_append_str(out, "changetype: modify\n");
		put_attributes(a, s->action, out);
		break;
	default:
		buf_append_str(out, "changetype: delete\n");
	}
	if (!a->is_ad && s->action != ACCOUNT_REMOVE)
		buf_append_str(out, "# password modify (RFC 3062): ****\n");
	if (s->account_file)
		buf_append_str(out, "# at this host\n");
	test_account_plan_file(s, out);
}

static const char *yes_or_no(bool value)
{
	return value ? "yes" : "no";
}

void test_account_show(const struct test_account *a, struct buf *out)
{
	char label[ENDPOINT_LABEL_SIZE], rules[RULES_SIZE];

	endpoint_label(&a->at, label);
	password_policy_words(&a->policy, rules, sizeof(rules));
	buf_printf(out, "account = %s\ndn = %s\nusername = %s\ndirectory = %s\n", a->name, a->dn,
		   a->logon, label);
	buf_printf(out, "enabled = %s\nlocked = %s\n", yes_or_no(!a->is_disabled),
		   yes_or_no(a->is_locked));
	if (a->is_ad)
		buf_printf(out, "mailbox = %s\n", yes_or_no(a->has_mailbox));
	if (a->changed)
		buf_printf(out, "password-set = %s\n", a->changed);
	if (a->expires)
		buf_printf(out, "expires = %s\n", a->expires);
	if (rules[0])
		buf_printf(out, "password-rules = %s\n", rules);
	if (a->policy.lockout)
		buf_printf(out, "refused-logons = %u, of %u that lock it\n", a->refused,
			   a->policy.lockout);
}

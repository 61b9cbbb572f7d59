/* account_fault.c - the words of Exchange, Exchange Online, Gmail, Dovecot, Cyrus and others */
#include "mail/account_fault.h"

static const struct {
	const char *words;
	enum account_fault fault;
} rows[] = {
	{"Basic authentication is disabled", ACCOUNT_NO_PASSWORDS},
	{"different Active Directory site", ACCOUNT_OTHER_SITE},
	{"ProxyNotAuthenticated", ACCOUNT_PROXY},
	{"Server Unavailable", ACCOUNT_BACK_END},
	{"Application-specific password", ACCOUNT_APP_PASSWORD},
	{"Temporary authentication failure", ACCOUNT_NO_JUDGE},
	{"password expired", ACCOUNT_EXPIRED},
	{"password has expired", ACCOUNT_EXPIRED},
	{"account is locked", ACCOUNT_LOCKED},
	{"account locked", ACCOUNT_LOCKED},
	{"account has been locked", ACCOUNT_LOCKED},
	{"account is temporarily locked", ACCOUNT_LOCKED},
	{"account temporarily locked", ACCOUNT_LOCKED},
	{"account is disabled", ACCOUNT_DISABLED},
	{"account disabled", ACCOUNT_DISABLED},
	{"too many connections", ACCOUNT_CONNECTIONS},
};
enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

enum account_fault account_fault(struct span said)
{
	for (size_t i = 0; i < ROWS; i++)
		if (span_contains(said, rows[i].words))
			return rows[i].fault;
	return ACCOUNT_FAULTS;
}

const char *account_fault_at(size_t index, enum account_fault *fault_r)
{
	if (index >= ROWS)
		return NULL;
	*fault_r = rows[index].fault;
	return rows[index].words;
}

/* account_fault.h - why an account is not let in: what mailbox servers say of it in words, whether
 * they are asked by IMAP or by POP3 */
#ifndef MAILFLOW_ACCOUNT_FAULT_H
#define MAILFLOW_ACCOUNT_FAULT_H

#include "base/span.h"

enum account_fault {
	ACCOUNT_NO_PASSWORDS, /* OAuth is wanted */
	ACCOUNT_OTHER_SITE,   /* Exchange has the mailbox in another site */
	ACCOUNT_PROXY,        /* its front end cannot log on to the back end */
	ACCOUNT_BACK_END,     /* that is down */
	ACCOUNT_APP_PASSWORD, /* one that was made for the program is wanted */
	ACCOUNT_NO_JUDGE,     /* the service that checks passwords is down */
	ACCOUNT_EXPIRED,      /* its password has */
	ACCOUNT_LOCKED,       /* by wrong passwords, most often */
	ACCOUNT_DISABLED,     /* as a whole */
	ACCOUNT_CONNECTIONS,  /* too many of them */
	ACCOUNT_FAULTS,
};

/* The fault that the words tell of, or ACCOUNT_FAULTS: none. */
enum account_fault account_fault(struct span said);

/* The words by their index, and their fault; NULL behind the last. */
const char *account_fault_at(size_t index, enum account_fault *fault_r);

#endif

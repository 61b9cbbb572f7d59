/* test_smtp_hint.c - what each refusal is taken for: every row of the table */
#include "mail/smtp/smtp_hint.h"

#include <string.h>

#include "unit.h"

static const struct {
	const char *line, *verb, *id;
} refused[] = {
	{"535 5.7.8 Error: authentication failed", "AUTH", "smtp-auth-failed"},
	{"535 Incorrect authentication data", "AUTH", "smtp-auth-failed"},
	{"535 5.7.1 no", "AUTH", "smtp-auth-failed"},
	{"535 5.7.139 Authentication unsuccessful, the user credentials were incorrect.", "AUTH",
	 "smtp-auth-failed"},
	{"535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication "
	 "is disabled for the Mailbox.",
	 "AUTH", "smtp-auth-off"},
	{"535 5.7.139 Authentication unsuccessful, basic authentication is disabled.", "AUTH",
	 "smtp-oauth"},
	{"535 5.7.139 Authentication unsuccessful, user is locked by your "
	 "organization's security defaults policy.",
	 "AUTH", "smtp-oauth"},
	{"535 5.7.139 Authentication unsuccessful, account is locked", "AUTH", "smtp-locked"},
	{"535 5.7.139 Authentication unsuccessful, the request did not meet "
	 "the criteria to be authenticated successfully.",
	 "AUTH", "smtp-conditional-access"},
	{"535 5.7.139 Authentication unsuccessful", "AUTH", "smtp-7-139"},
	{"535 5.7.3 Authentication unsuccessful", "AUTH", "smtp-7-3"},
	{"550 5.7.30 Basic authentication is not supported for Client Submission", "AUTH",
	 "smtp-oauth"},
	{"550 5.7.30 no", "AUTH", "smtp-oauth"},
	{"550 5.7.30 REQUIRETLS support required", "RCPT TO", "smtp-7-30"},
	{"534 5.7.9 Application-specific password required.", "AUTH", "smtp-app-password"},
	{"534 5.7.9 no", "AUTH", "smtp-7-9"},
	{"534 no", "AUTH", "smtp-7-9"},
	{"535 5.7.8 Username and Password not accepted. "
	 "https://support.google.com/mail/?p=BadCredentials x - gsmtp",
	 "AUTH", "smtp-auth-failed-gmail"},
	{"534 5.7.14 Please log in via your web browser", "AUTH", "smtp-7-14"},
	{"535 5.7.8 password expired", "AUTH", "smtp-expired"},
	{"535 5.7.8 Your password has expired", "AUTH", "smtp-expired"},
	{"535 5.7.8 Error: authentication failed: Connection lost to authentication server", "AUTH",
	 "smtp-auth-service"},
	{"535 5.7.8 Error: authentication failed: generic failure", "AUTH", "smtp-auth-service"},
	{"454 4.7.0 Temporary authentication failure", "AUTH", "smtp-auth-service"},
	{"454 Temporary authentication failure", "AUTH", "smtp-auth-service"},
	{"535 5.7.8 Error: authentication failed: no mechanism available: authentication mechanism",
	 "AUTH", "smtp-mechanism"},
	{"504 5.7.4 Unrecognized authentication type", "AUTH", "smtp-mechanism"},
	{"504 no", "AUTH", "smtp-mechanism"},
	{"530 5.7.0 Must issue a STARTTLS command first", "MAIL FROM", "smtp-tls-needed"},
	{"523 5.7.10 Encryption Needed", "AUTH", "smtp-tls-needed"},
	{"538 5.7.11 Encryption required", "AUTH", "smtp-tls-needed"},
	{"538 no", "AUTH", "smtp-tls-needed"},
	{"432 4.7.12 A password transition is needed", "AUTH", "smtp-7-12"},
	{"432 no", "AUTH", "smtp-7-12"},
	{"525 5.7.13 User Account Disabled", "AUTH", "smtp-7-13"},
	{"553 5.7.1 <a@b.example>: Sender address rejected: not logged in", "MAIL FROM",
	 "smtp-logon-needed"},
	{"530 5.7.1 Client was not authenticated", "MAIL FROM", "smtp-logon-needed"},
	{"530 5.7.57 Client not authenticated to send mail", "MAIL FROM", "smtp-logon-needed"},
	{"550 5.7.57 no", "MAIL FROM", "smtp-logon-needed"},
	{"530 5.7.1 no", "MAIL FROM", "smtp-logon-needed"},
	{"530 5.7.3 Authentication required", "MAIL FROM", "smtp-logon-needed"},
	{"550 Authentication required", "RCPT TO", "smtp-logon-needed"},
	{"554 5.7.1 Authentication required", "RCPT TO", "smtp-logon-needed"},
	{"530 5.7.0 Authentication Required", "MAIL FROM", "smtp-530"},
	{"530 Authentication required", "MAIL FROM", "smtp-530"},
	{"553 5.7.1 <a@b.example>: Sender address rejected: not owned by user c", "MAIL FROM",
	 "smtp-not-sender"},
	{"554 5.2.252 SendAsDenied; a not allowed to send as b", "end of DATA", "smtp-not-sender"},
	{"554 5.2.252 no", "end of DATA", "smtp-not-sender"},
	{"550 5.7.60 Client does not have permissions to send as this sender", "end of DATA",
	 "smtp-not-sender"},
	{"550 5.1.8 Access denied, bad outbound sender AS(42003)", "end of DATA",
	 "smtp-sending-blocked"},
	{"550 5.7.501 Access denied, spam abuse detected", "end of DATA", "smtp-sending-blocked"},
	{"550 5.7.705 Access denied, tenant has exceeded threshold", "end of DATA",
	 "smtp-sending-blocked"},
	{"504 5.5.2 <a>: Sender address rejected: need fully-qualified address", "MAIL FROM",
	 "smtp-bad-name"},
	{"504 5.5.2 <a>: Helo command rejected: need fully-qualified hostname", "RCPT TO",
	 "smtp-bad-name"},
	{"450 4.2.0 <a@b.example>: Recipient address rejected: Greylisted, see http://x", "RCPT TO",
	 "smtp-greylisted"},
	{"451 4.7.1 Graylisting in action", "RCPT TO", "smtp-greylisted"},
	{"451 4.7.1 no", "RCPT TO", "smtp-7-1-now"},
	{"450 no", "RCPT TO", "smtp-450"},
	{"554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.example",
	 "RCPT TO", "smtp-block-listed"},
	{"550 5.7.1 on our block list", "RCPT TO", "smtp-block-listed"},
	{"550 5.7.1 on our blocklist", "RCPT TO", "smtp-block-listed"},
	{"550 5.7.1 on our blacklist", "RCPT TO", "smtp-block-listed"},
	{"550 5.7.511 Access denied, banned sender", "RCPT TO", "smtp-block-listed"},
	{"550 5.7.606 Access denied, banned sending IP", "RCPT TO", "smtp-block-listed"},
	{"450 4.7.1 Client host rejected: cannot find your hostname, [192.0.2.1]", "RCPT TO",
	 "smtp-reverse-dns"},
	{"550 5.7.25 no", "RCPT TO", "smtp-reverse-dns"},
	{"554 5.7.1 <h[192.0.2.1]>: Client host rejected: Access denied", "RCPT TO",
	 "smtp-client-refused"},
	{"550 5.7.708 Access denied, traffic not accepted from this IP", "RCPT TO",
	 "smtp-client-refused"},
	{"550 5.7.1 <h>: Helo command rejected: Host not found", "RCPT TO", "smtp-helo-name"},
	{"550 5.1.8 <a@b>: Sender address rejected: Domain not found", "RCPT TO",
	 "smtp-sender-domain"},
	{"550 5.1.8 no", "RCPT TO", "smtp-sender-domain"},
	{"451 4.3.0 <a@b>: Temporary lookup failure", "RCPT TO", "smtp-lookup"},
	{"451 4.3.0 Alias lookup error", "RCPT TO", "smtp-lookup"},
	{"554 5.7.1 <a@b>: Relay access denied", "RCPT TO", "smtp-no-relay"},
	{"550 5.7.1 <a@b>... Relaying denied", "RCPT TO", "smtp-no-relay"},
	{"550 relay not permitted", "RCPT TO", "smtp-no-relay"},
	{"550 5.7.1 Unable to relay", "RCPT TO", "smtp-no-relay"},
	{"550 5.7.54 no", "RCPT TO", "smtp-no-relay"},
	{"550 5.7.64 TenantAttribution; Relay Access Denied", "RCPT TO", "smtp-no-relay"},
	{"550 5.7.64 no", "RCPT TO", "smtp-no-relay"},
	{"550 5.1.1 <a@b>: Recipient address rejected: User unknown", "RCPT TO",
	 "smtp-no-recipient"},
	{"550 No such user here", "RCPT TO", "smtp-no-recipient"},
	{"450 4.1.1 no", "RCPT TO", "smtp-no-recipient"},
	{"550 over quota", "RCPT TO", "smtp-mailbox-full"},
	{"552 Quota exceeded", "RCPT TO", "smtp-mailbox-full"},
	{"552 mailbox full", "RCPT TO", "smtp-mailbox-full"},
	{"552 mailbox is full", "RCPT TO", "smtp-mailbox-full"},
	{"452 4.2.2 no", "RCPT TO", "smtp-mailbox-full"},
	{"550 5.7.1 Our system has detected that this message is likely unsolicited mail.",
	 "end of DATA", "smtp-spam"},
	{"554 5.7.1 Spam message rejected", "end of DATA", "smtp-spam"},
	{"550 virus found", "BDAT", "smtp-filtered"},
	{"550 5.7.1 rejected", "end of DATA", "smtp-filtered"},
	{"554 rejected", "BDAT", "smtp-filtered"},
	{"550 5.7.1 rejected", "MAIL FROM", "smtp-7-1-sender"},
	{"550 5.7.1 rejected", "RCPT TO", "smtp-7-1"},
	{"550 5.7.0 rejected", "RCPT TO", "smtp-7-0"},
	{"550 5.1.0 no", "RCPT TO", "smtp-1-0"},
	{"550 5.1.2 no", "RCPT TO", "smtp-1-2"},
	{"550 5.1.3 no", "RCPT TO", "smtp-1-3"},
	{"550 5.1.4 no", "RCPT TO", "smtp-1-4"},
	{"550 5.1.6 no", "RCPT TO", "smtp-1-6"},
	{"550 5.1.7 Invalid address", "MAIL FROM", "smtp-1-7"},
	{"550 5.1.9 no", "RCPT TO", "smtp-1-9"},
	{"550 5.1.10 no", "RCPT TO", "smtp-1-10"},
	{"550 5.1.90 no", "end of DATA", "smtp-1-90"},
	{"450 4.2.0 no", "RCPT TO", "smtp-2-0"},
	{"550 5.2.1 no", "RCPT TO", "smtp-2-1"},
	{"552 5.2.3 no", "RCPT TO", "smtp-2-3"},
	{"550 5.2.4 no", "RCPT TO", "smtp-2-4"},
	{"451 4.3.0 no", "RCPT TO", "smtp-3-0"},
	{"452 4.3.1 Insufficient system resources", "MAIL FROM", "smtp-3-1"},
	{"421 4.3.2 Service not available", "", "smtp-3-2"},
	{"500 5.3.3 Unrecognized command", "STARTTLS", "smtp-3-3"},
	{"500 no", "STARTTLS", "smtp-3-3"},
	{"552 5.3.4 no", "MAIL FROM", "smtp-3-4"},
	{"451 4.3.5 Server configuration error", "RCPT TO", "smtp-3-5"},
	{"451 4.4.0 no", "RCPT TO", "smtp-4-0"},
	{"451 4.4.1 no", "RCPT TO", "smtp-4-1"},
	{"421 4.4.2 Error: timeout exceeded", "", "smtp-4-2-own"},
	{"451 4.4.2 no", "RCPT TO", "smtp-4-2"},
	{"451 4.4.3 no", "RCPT TO", "smtp-4-3"},
	{"451 4.4.4 no", "RCPT TO", "smtp-4-4"},
	{"451 4.4.5 no", "RCPT TO", "smtp-4-5"},
	{"550 5.4.6 no", "RCPT TO", "smtp-4-6"},
	{"550 5.4.7 no", "RCPT TO", "smtp-4-7"},
	{"503 5.5.1 Error: need MAIL command", "RCPT TO", "smtp-5-1"},
	{"503 no", "RCPT TO", "smtp-5-1"},
	{"503 5.5.2 Send hello first", "MAIL FROM", "smtp-5-2-hello"},
	{"500 5.5.2 Error: command not recognized", "STARTTLS", "smtp-5-2"},
	{"504 5.5.2 Sender address rejected", "MAIL FROM", "smtp-bad-name"},
	{"452 4.5.3 no", "RCPT TO", "smtp-5-3"},
	{"501 5.5.4 Invalid domain name", "EHLO", "smtp-5-4-ehlo"},
	{"501 5.5.4 Invalid arguments", "MAIL FROM", "smtp-5-4"},
	{"500 5.5.5 no", "MAIL FROM", "smtp-5-5"},
	{"500 5.5.6 no", "AUTH", "smtp-5-6"},
	{"550 5.6.0 no", "end of DATA", "smtp-6-0"},
	{"550 5.6.1 no", "end of DATA", "smtp-6-1"},
	{"550 5.6.3 no", "end of DATA", "smtp-6-3"},
	{"553 5.6.7 no", "MAIL FROM", "smtp-6-7"},
	{"451 4.7.0 Temporary server error. PRX2", "RCPT TO", "smtp-back-end"},
	{"421 4.7.0 too many errors", "", "smtp-limited-client"},
	{"450 4.7.28 no", "MAIL FROM", "smtp-limited-client"},
	{"432 4.3.2 Concurrent connections limit exceeded", "MAIL FROM", "smtp-limited"},
	{"550 5.4.5 Daily user sending limit exceeded", "MAIL FROM", "smtp-limited-day"},
	{"550 5.7.2 no", "RCPT TO", "smtp-7-2"},
	{"454 4.7.5 no", "MAIL FROM", "smtp-7-5"},
	{"550 5.7.17 no", "RCPT TO", "smtp-7-17"},
	{"550 5.7.18 no", "RCPT TO", "smtp-7-18"},
	{"550 5.7.20 no", "end of DATA", "smtp-7-20"},
	{"550 5.7.21 no", "end of DATA", "smtp-7-20"},
	{"550 5.7.22 no", "end of DATA", "smtp-7-22"},
	{"550 5.7.23 no", "end of DATA", "smtp-7-23"},
	{"550 5.7.24 no", "end of DATA", "smtp-7-24"},
	{"550 5.7.26 no", "end of DATA", "smtp-7-26"},
	{"550 5.7.27 no", "MAIL FROM", "smtp-7-27"},
	{"550 5.7.29 no", "end of DATA", "smtp-7-29"},
	{"421 no", "", "smtp-421"},
	{"454 TLS not available due to local problem", "STARTTLS", "smtp-454"},
	{"504 no", "MAIL FROM", "smtp-504"},
	{"501 no", "MAIL FROM", "smtp-504"},
	{"555 no", "MAIL FROM", "smtp-504"},
	{"451 no", "RCPT TO", "smtp-451"},
	{"452 no", "MAIL FROM", "smtp-452"},
	{"502 no", "STARTTLS", "smtp-502"},
	{"521 no", "", "smtp-521"},
	{"550 no", "RCPT TO", "smtp-550"},
	{"551 no", "RCPT TO", "smtp-551"},
	{"552 no", "MAIL FROM", "smtp-552"},
	{"553 no", "MAIL FROM", "smtp-553"},
	{"554 no", "", "smtp-554"},
	{"556 no", "RCPT TO", "smtp-556"},
	/* nothing is known of it, or it refuses nothing */
	{"250 2.7.0 fine", "RCPT TO", NULL},
	{"599 5.9.9 no", "RCPT TO", NULL},
	{"550 no", "MAIL FROM", NULL},
};

enum { REFUSED = sizeof(refused) / sizeof(refused[0]) };

static void read_reply(struct smtp_reply *reply, const char *line)
{
	*reply = SMTP_REPLY_INIT;
	ck_assert_int_eq(smtp_reply_add(reply, line, strlen(line)), 1);
}

static const struct hint *hint_of(size_t i)
{
	struct smtp_reply reply;

	read_reply(&reply, refused[i].line);
	const struct hint *hint = smtp_hint(&reply, refused[i].verb);
	smtp_reply_free(&reply);
	return hint;
}

START_TEST(test_smtp_hint__is_that_of_the_cause)
{
	const struct hint *hint = hint_of((size_t)_i);

	if (refused[_i].id)
		ck_assert_msg(hint && !strcmp(hint->id, refused[_i].id), "%s: %s", refused[_i].line,
			      hint ? hint->id : "none");
	else
		ck_assert_ptr_null(hint);
}
END_TEST

START_TEST(test_smtp_hint__each_row_is_reached)
{
	const struct hint *row;

	for (size_t n = 0; (row = smtp_hint_at(n)); n++) {
		bool reached = false;
		for (size_t i = 0; i < REFUSED && !reached; i++)
			reached = hint_of(i) == row;
		ck_assert_msg(reached, "row %zu: %s", n, row->id);
	}
}
END_TEST

/* One id has one text, of one line that fits behind the words. */
START_TEST(test_smtp_hint__ids_are_well_formed)
{
	const struct hint *row, *other;

	for (size_t n = 0; (row = smtp_hint_at(n)); n++) {
		ck_assert_uint_eq(strspn(row->id, "abcdefghijklmnopqrstuvwxyz0123456789-"),
				  strlen(row->id));
		ck_assert_uint_le(strlen(row->text), 100);
		for (size_t i = 0; (other = smtp_hint_at(i)) && i < n; i++)
			ck_assert_msg(strcmp(row->id, other->id) || !strcmp(row->text, other->text),
				      "%s", row->id);
	}
}
END_TEST

START_TEST(test_smtp_limit__of_the_account)
{
	static const char *const limits[] = {"432 4.3.2 no", "550 5.4.5 no", "450 4.7.28 no"};
	static const char *const none[] = {"432 no", "432 4.7.12 no", "421 4.3.2 no", "451 no"};
	struct smtp_reply reply;

	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		read_reply(&reply, limits[i]);
		ck_assert_ptr_nonnull(smtp_limit(&reply));
		smtp_reply_free(&reply);
	}
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		read_reply(&reply, none[i]);
		ck_assert_ptr_null(smtp_limit(&reply));
		smtp_reply_free(&reply);
	}
}
END_TEST

UNIT_MAIN_FIXTURE("smtp_hint", NULL, NULL, ROWS(test_smtp_hint__is_that_of_the_cause, refused),
		  ONCE(test_smtp_hint__each_row_is_reached),
		  ONCE(test_smtp_hint__ids_are_well_formed), ONCE(test_smtp_limit__of_the_account))

/* test_smtp_refusal.c - what servers refuse in answer to RCPT, by their own words */
#include <string.h>

#include "mail/smtp/smtp_refusal.h"

#include "unit.h"

#define FROM "probe@lab.example"
#define TO   "someone@elsewhere.example"

/* Lines are separated by LF. */
static enum smtp_refused refused(const char *lines, const char *from)
{
	struct smtp_reply reply = SMTP_REPLY_INIT;

	for (const char *line = lines; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		ck_assert_int_ge(smtp_reply_add(&reply, line, strcspn(line, "\n")), 0);
	}
	ck_assert(reply.complete);
	enum smtp_refused what = smtp_refused_what(&reply, from, TO);
	smtp_reply_free(&reply);
	return what;
}

/* the refusals that prove that the server does not relay, or does not know the recipient */
static const char *const of_the_recipient[] = {
	/* Postfix */
	"554 5.7.1 <" TO ">: Relay access denied",
	"554 5.7.1 <" TO ">: Recipient address rejected: Access denied",
	"550 5.1.1 <" TO ">: Recipient address rejected: User unknown in virtual mailbox table",
	"550 5.1.1 <" TO ">: Recipient address rejected: User unknown in relay recipient table",
	"550 5.7.1 <" TO ">: Recipient address rejected: Mail to this mailbox is not wanted",
	"550 5.1.0 <" TO ">: Recipient address rejected: no",
	"504 5.5.2 <someone>: Recipient address rejected: need fully-qualified address",
	"501 5.1.3 Bad recipient address syntax",
	"553 5.7.1 <" TO ">: Relay access denied",
	/* Exim, and what hosters make of it */
	"550 relay not permitted",
	"550 Relaying not allowed",
	"550 Unknown user",
	"550-Please turn on SMTP Authentication in your mail client.\n"
	"550-host.isp.example [192.0.2.1]:41234 is not permitted to relay\n"
	"550 through this server without authentication.",
	/* sendmail */
	"550 5.7.1 <" TO ">... Relaying denied",
	"550 5.7.1 <" TO ">... Relaying denied. Proper authentication required.",
	"550 5.7.1 <" TO ">... Relaying denied. IP name lookup failed [192.0.2.1]",
	"550 5.1.1 <" TO ">... User unknown",
	"553 5.3.0 <" TO ">... No such user here",
	/* Exchange and its kin */
	"550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain",
	"550 5.7.1 Unable to relay",
	"550 5.7.1 Unable to relay for " TO,
	"550 5.7.64 TenantAttribution; Relay Access Denied [mx.sender-domain.example]",
	"550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
	"550 5.4.1 Recipient address rejected: Access denied. AS(201806281)",
	"550 5.5.0 Requested action not taken: mailbox unavailable",
	/* others */
	"553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)",
	"513 Relaying denied.",
	"571 " TO " relay is prohibited",
	"550 5.7.1 Relaying to <" TO "> denied (authentication required)",
	"550 Authentication is required for relay, which is not allowed",
	"550 not local host elsewhere.example, not a gateway",
	"550 Invalid recipient: <" TO ">",
	"550 #5.1.0 Address rejected.",
	"550 5.1.1 <" TO "> User doesn't exist: " TO,
	"550 " TO "... User not listed in Domino Directory",
	"550 Delivery is not allowed to this address.",
	"550-5.1.1 The email account that you tried to reach does not exist. Please try\n"
	"550-5.1.1 double-checking the recipient's email address for typos or\n"
	"550 5.1.1 unnecessary spaces. Learn more at https://support.example/?p=NoSuchUser - gsmtp",
	"550 5.7.1 This is not an open relay.",
	"551 User not local; please try <x@other.example>",
	"554 5.7.1 Relay access denied",
	"550 5.7.1 Sender and recipient are both remote: relay denied",
	"550 5.7.1 Relaying denied for this sender",
	"550 authentication required for relay (#5.7.1)",
	"550 5.7.1 TLS is required to relay",
	"554 5.7.1 destination not allowed",
	"550 5.1.1 no",
	"550 5.1.10 no",
	"550 5.2.1 no",
	"550 5.7.54 no",
	"550 <" TO "> no",
	/* what an address or a host is called says nothing */
	"554 5.7.1 <sender.client@tls.example>: Relay access denied",
	"550 client-dynamic.spam.example does not know this mailbox",
};

START_TEST(test_smtp_refused_what__knows_a_refusal_of_the_recipient)
{
	enum smtp_refused what = refused(of_the_recipient[_i], FROM);

	ck_assert_msg(what == SMTP_REFUSED_RECIPIENT, "%s: %s", of_the_recipient[_i],
		      smtp_refused_name(what));
}
END_TEST

static const struct {
	const char *reply;
	enum smtp_refused what;
} of_something_else[] = {
	/* the sender */
	{"550 5.1.8 <" FROM ">: Sender address rejected: Domain not found", SMTP_REFUSED_SENDER},
	{"550 5.1.7 Invalid address", SMTP_REFUSED_SENDER},
	{"550 5.1.0 <" FROM ">: Sender address rejected: User unknown", SMTP_REFUSED_SENDER},
	{"550 5.1.0 Address rejected", SMTP_REFUSED_SENDER},
	{"550 5.7.27 no mail from a domain that takes none", SMTP_REFUSED_SENDER},
	{"554 5.7.1 <" FROM ">: Sender address rejected: Access denied", SMTP_REFUSED_SENDER},
	{"554 5.7.1 <>: Sender address rejected: not logged in", SMTP_REFUSED_SENDER},
	{"553 5.7.1 <" FROM ">: Sender address rejected: not owned by user x", SMTP_REFUSED_SENDER},
	{"504 5.5.2 <probe>: Sender address rejected: need fully-qualified address",
	 SMTP_REFUSED_SENDER},
	{"501 <probe>: sender address must contain a domain", SMTP_REFUSED_SENDER},
	{"553 5.1.8 <" FROM ">... Domain of sender address " FROM " does not exist",
	 SMTP_REFUSED_SENDER},
	{"553 #5.1.8 Domain of sender address <" FROM "> does not resolve", SMTP_REFUSED_SENDER},
	{"550 5.7.1 <" FROM ">... Access denied", SMTP_REFUSED_SENDER},
	{"550-Verification failed for <" FROM ">\n550-No such person\n550 Sender verify failed",
	 SMTP_REFUSED_SENDER},
	{"553 sorry, your envelope sender is in my badmailfrom list (#5.7.1)", SMTP_REFUSED_SENDER},
	{"550 5.7.1 Sender is not allowed to relay", SMTP_REFUSED_SENDER},
	{"550 5.7.26 This mail has been blocked because it is unauthenticated",
	 SMTP_REFUSED_SENDER},
	{"550 5.7.23 <" TO ">: Recipient address rejected: Message rejected due to: SPF fail - "
	 "not authorized",
	 SMTP_REFUSED_SENDER},
	{"550 5.7.1 <" TO ">: Recipient address rejected: Rejected by SPF: 192.0.2.1 may not",
	 SMTP_REFUSED_SENDER},
	{"550 5.7.60 SMTP; Client does not have permissions to send as this one",
	 SMTP_REFUSED_SENDER},
	/* the client */
	{"554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.relay.example",
	 SMTP_REFUSED_CLIENT},
	{"554 5.7.1 <unknown[192.0.2.1]>: Client host rejected: Access denied",
	 SMTP_REFUSED_CLIENT},
	{"550 5.7.25 Client host rejected: cannot find your reverse hostname, [192.0.2.1]",
	 SMTP_REFUSED_CLIENT},
	{"504 5.5.2 <x>: Helo command rejected: need fully-qualified hostname",
	 SMTP_REFUSED_CLIENT},
	{"550 5.7.1 <x.example>: Helo command rejected: Relay access denied", SMTP_REFUSED_CLIENT},
	{"550 Access denied - Invalid HELO name (See RFC2821 4.1.1.1)", SMTP_REFUSED_CLIENT},
	{"550 5.7.1 Fix reverse DNS for 192.0.2.1", SMTP_REFUSED_CLIENT},
	{"550 5.7.1 Access denied", SMTP_REFUSED_CLIENT},
	{"550 5.7.1 Rejected: 192.0.2.1 listed at zen.example", SMTP_REFUSED_CLIENT},
	{"550 \"JunkMail rejected - x.example [192.0.2.1]:7 is in an RBL, see "
	 "https://rbl.example\"",
	 SMTP_REFUSED_CLIENT},
	{"550 5.7.1 192.0.2.1 is an open relay, go away", SMTP_REFUSED_CLIENT},
	{"554 5.7.1 Your relay was rejected", SMTP_REFUSED_CLIENT},
	{"550-5.7.1 [192.0.2.1] The IP you're using to send mail is not authorized to send email\n"
	 "550-5.7.1 directly to our servers. Please use the SMTP relay at your service\n"
	 "550 5.7.1 provider instead. Learn more at https://support.example/?p=NotAuthorized",
	 SMTP_REFUSED_CLIENT},
	{"550 5.7.1 <" TO ">: Recipient address rejected: Mail appeared to be SPAM or forged. Ask "
	 "your Mail/DNS-Administrator to correct HELO and DNS MX settings or to get removed from "
	 "DNSBLs",
	 SMTP_REFUSED_SENDER},
	{"521 5.3.2 this host takes no mail", SMTP_REFUSED_CLIENT},
	/* TLS or a logon */
	{"530 Must issue a STARTTLS command first", SMTP_REFUSED_LOGON},
	{"530 5.7.0 Must issue a STARTTLS command first", SMTP_REFUSED_LOGON},
	{"530 5.7.1 Authentication required", SMTP_REFUSED_LOGON},
	{"530 5.7.57 Client was not authenticated to send anonymous mail", SMTP_REFUSED_LOGON},
	{"530 5.5.1 Relaying denied, authentication required", SMTP_REFUSED_LOGON},
	{"550 5.7.1 Authentication required", SMTP_REFUSED_LOGON},
	{"550 authentication required", SMTP_REFUSED_LOGON},
	{"554 5.7.1 Session encryption is required", SMTP_REFUSED_LOGON},
	{"550 5.7.10 Encryption needed", SMTP_REFUSED_LOGON},
	{"550 5.7.3 STARTTLS is required to send mail", SMTP_REFUSED_LOGON},
	{"538 5.7.11 Encryption required", SMTP_REFUSED_LOGON},
	{"535 5.7.8 no", SMTP_REFUSED_LOGON},
	{"550 You must log on before you send", SMTP_REFUSED_LOGON},
	/* a domain to which nobody can relay */
	{"550 5.1.2 <" TO ">: Recipient address rejected: Domain not found", SMTP_REFUSED_DOMAIN},
	{"550 Unrouteable address", SMTP_REFUSED_DOMAIN},
	{"556 5.1.10 Recipient address has null MX", SMTP_REFUSED_DOMAIN},
	{"550 5.1.2 <" TO ">... Host unknown (Name server: elsewhere.example: host not found)",
	 SMTP_REFUSED_DOMAIN},
	/* no room */
	{"552 5.2.2 Over quota", SMTP_REFUSED_SPACE},
	{"550 5.2.2 Mailbox full", SMTP_REFUSED_SPACE},
	{"554 The mailbox is full", SMTP_REFUSED_SPACE},
	{"550 5.3.4 too big", SMTP_REFUSED_SPACE},
	/* the command */
	{"503 5.5.1 Error: need MAIL command", SMTP_REFUSED_COMMAND},
	{"503 This mail server requires authentication when sending to a non-local address",
	 SMTP_REFUSED_COMMAND},
	{"500 5.5.2 unrecognized", SMTP_REFUSED_COMMAND},
	{"501 5.5.4 Syntax error: RCPT TO:<" TO ">", SMTP_REFUSED_COMMAND},
	{"501 Syntax error in parameters", SMTP_REFUSED_COMMAND},
	{"504 5.5.2 Command parameter not implemented", SMTP_REFUSED_COMMAND},
	{"555 5.5.4 unsupported option", SMTP_REFUSED_COMMAND},
	/* for now, whatever the words and the enhanced code */
	{"450 4.2.0 <" TO ">: Recipient address rejected: Greylisted", SMTP_REFUSED_FOR_NOW},
	{"454 4.7.1 <" TO ">: Relay access denied", SMTP_REFUSED_FOR_NOW},
	{"451 5.7.1 Relaying denied", SMTP_REFUSED_FOR_NOW},
	{"452 4.2.2 Over quota", SMTP_REFUSED_FOR_NOW},
	{"421 4.3.2 going", SMTP_REFUSED_FOR_NOW},
	{"550 5.7.1 <" TO ">: Recipient address rejected: Greylisted for 5 minutes",
	 SMTP_REFUSED_FOR_NOW},
	/* and what nobody knows */
	{"550 5.6.7 the address is not ASCII", SMTP_REFUSED_OTHER},
	/* what speaks neither of the recipient nor of relaying proves nothing */
	{"550", SMTP_REFUSED_OTHER},
	{"550 no", SMTP_REFUSED_OTHER},
	{"550 Administrative prohibition", SMTP_REFUSED_OTHER},
	{"554 5.7.1 You are not allowed to connect", SMTP_REFUSED_OTHER},
	{"554 No SMTP service here", SMTP_REFUSED_OTHER},
	{"550 5.7.1 not allowed from this network", SMTP_REFUSED_OTHER},
	{"554 5.3.0 internal error", SMTP_REFUSED_OTHER},
	{"554 Transaction failed", SMTP_REFUSED_OTHER},
	{"550 5.7.1 Message content rejected", SMTP_REFUSED_OTHER},
	{"550 We do not accept bounces", SMTP_REFUSED_OTHER},
	{"550 5.7.1 certificate required", SMTP_REFUSED_OTHER},
	{"550 5.7.1 server is shutting down", SMTP_REFUSED_OTHER},
	{"550 Policy violation", SMTP_REFUSED_OTHER},
	{"550 5.4.1 no answer from host", SMTP_REFUSED_OTHER},
	{"550 5.5.0 unknown error", SMTP_REFUSED_OTHER},
	{"571 Delivery not authorized, message refused", SMTP_REFUSED_OTHER},
	{"550 please use the relay of your provider", SMTP_REFUSED_OTHER},
	{"550 this relay requires authentication", SMTP_REFUSED_LOGON},
	{"550 5.7.1 <" FROM ">: Sender address rejected: Relay access denied", SMTP_REFUSED_SENDER},
	{"550 5.7.999 no", SMTP_REFUSED_OTHER},
	{"599 no", SMTP_REFUSED_OTHER},
};

START_TEST(test_smtp_refused_what__knows_other_refusals)
{
	enum smtp_refused what = refused(of_something_else[_i].reply, FROM);

	ck_assert_msg(what == of_something_else[_i].what, "%s: %s", of_something_else[_i].reply,
		      smtp_refused_name(what));
}
END_TEST

START_TEST(test_smtp_refused_what__knows_the_null_sender)
{
	ck_assert_int_eq(refused("550 5.7.1 <>... Access denied", ""), SMTP_REFUSED_SENDER);
	ck_assert_int_eq(refused("550 5.7.1 <" TO ">... Access denied", ""),
			 SMTP_REFUSED_RECIPIENT);
	/* who sends to himself is named as both */
	ck_assert_int_eq(refused("550 5.7.1 <" TO ">... Access denied", TO),
			 SMTP_REFUSED_RECIPIENT);
}
END_TEST

START_TEST(test_smtp_refused_what__bears_the_longest_reply)
{
	struct smtp_reply reply = SMTP_REPLY_INIT;
	char line[1024] = "550-";

	memset(line + 4, '.', sizeof(line) - 4);
	while (smtp_reply_add(&reply, line, sizeof(line)) == 0)
		;
	ck_assert_int_eq(smtp_refused_what(&reply, FROM, TO), SMTP_REFUSED_OTHER);
	smtp_reply_free(&reply);
}
END_TEST

UNIT_MAIN_FIXTURE("smtp_refusal", NULL, NULL,
		  ROWS(test_smtp_refused_what__knows_a_refusal_of_the_recipient, of_the_recipient),
		  ROWS(test_smtp_refused_what__knows_other_refusals, of_something_else),
		  ONCE(test_smtp_refused_what__knows_the_null_sender),
		  ONCE(test_smtp_refused_what__bears_the_longest_reply))

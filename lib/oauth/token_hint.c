/* token_hint.c - what a person can do about a refusal of a token endpoint */
#include "oauth/token_answer.h"

/* By words of the description, such as Microsoft's numbers. */
static const struct {
	const char *words;
	struct hint hint;
} descriptions[] = {
	{"AADSTS7000215:",
	 {"token-client-secret", "the client secret is wrong: its value is wanted, not its id"}},
	{"AADSTS7000222:",
	 {"token-client-expired", "the client secret has expired: make a new one"}},
	{"AADSTS700027:",
	 {"token-client-certificate",
	  "register the certificate of --client-cert for this application"}},
	{"AADSTS700024:", {"token-clock", "is this machine's clock right?"}},
	{"AADSTS700016:", {"token-no-client", "no such application there: --client-id, --tenant"}},
	{"AADSTS90002:", {"token-no-tenant", "no such tenant: --tenant"}},
	{"AADSTS7000218:",
	 {"token-not-public",
	  "allow public client flows for this application, or give its secret"}},
	{"AADSTS65001:",
	 {"token-no-consent", "an administrator has to consent to what the application asks for"}},
	{"AADSTS500011:", {"token-scope", "is the scope right? --scope"}},
	{"AADSTS53003:",
	 {"token-conditional-access", "a Conditional Access policy of the tenant forbids it"}},
	/* Google's */
	{"unauthorized to retrieve access tokens using this method",
	 {"token-no-delegation",
	  "delegate the scope to the service account's client id, in the Admin console"}},
	{"Invalid email or User ID", {"token-no-user", "no such user in the domain: --username"}},
	{"short-lived token", {"token-clock", "is this machine's clock right?"}},
};

/* By the name of the error. */
static const struct {
	const char *name;
	struct hint hint;
} names[] = {
	{"invalid_client",
	 {"token-client", "are --client-id and the secret or certificate right, and not expired?"}},
	{"invalid_grant",
	 {"token-grant", "what was given has expired or was withdrawn: sign in anew"}},
	{"unauthorized_client",
	 {"token-client-not-allowed",
	  "the application may not ask in this way: see its registration"}},
	{"unsupported_grant_type",
	 {"token-grant-unknown", "the provider does not know this --grant"}},
	{"invalid_scope", {"token-scope", "is the scope right? --scope"}},
	{"access_denied", {"token-denied", "the person, or an administrator, has said no"}},
	{"authorization_declined",
	 {"token-denied", "the person, or an administrator, has said no"}},
	{"expired_token", {"token-nobody", "nobody has signed in in time"}},
};

const struct hint *token_hint(struct span name, struct span description)
{
	for (size_t i = 0; i < sizeof(descriptions) / sizeof(descriptions[0]); i++)
		if (span_contains(description, descriptions[i].words))
			return &descriptions[i].hint;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (span_is(name, names[i].name))
			return &names[i].hint;
	return NULL;
}

# junk.sieve - a filter that takes test messages for junk
require ["fileinto", "mailbox"];
if header :contains "Subject" "Mailflow probe" {
	fileinto :create "Junk-Mail";
}

# test_cyrus_sasl.sh - the mechanisms of Cyrus SASL at Postfix, on 127.0.0.22: the SMTP leg, and check_smtp_connectors

user=cyrus-sasl@lab.example
printf '%s\n' "$PASSWORD" | secret pw
printf 'wrong\n' | secret pw-wrong
PATH=$PATH:/usr/sbin
printf %s "$PASSWORD" | saslpasswd2 -p -c -f "$LAB_DIR/postfix/sasl/sasldb" -u lab.example cyrus-sasl
chown postfix "$LAB_DIR/postfix/sasl/sasldb"

# logon PASSWORD-FILE [ARGUMENT...]
logon()
{
	check check_smtp_connectors "${CA[@]}" -H "127.0.0.22:$LAB_SUBMISSION:TLS" -U $user --password-file "$1" -v "${@:2}"
}

logon pw
expect "cyrus sasl: the best is taken" 0 'SMTP OK - *mechanism: SCRAM-SHA-256'$'\n*'
for mechanism in PLAIN LOGIN CRAM-MD5 DIGEST-MD5 SCRAM-SHA-1 SCRAM-SHA-256; do
	logon pw --auth=$mechanism
	expect "cyrus sasl: $mechanism" 0 "SMTP OK - 127.0.0.22:* logged on in *mechanism: $mechanism"$'\n*'
	logon pw-wrong --auth=$mechanism
	expect "cyrus sasl: $mechanism, a wrong password" 2 \
		"SMTP CRITICAL - 127.0.0.22:* smtp_login: \"535 5.7.8 *\[$mechanism\] |*"
	check check_imap_full "${CA[@]}" -U $user --password-file pw -H "127.0.0.1:$LAB_IMAPS:SSL" \
		--smtp "127.0.0.22:$LAB_SUBMISSION:TLS" --auth=PLAIN --smtp-auth=$mechanism -v
	expect "cyrus sasl: a message is handed in by $mechanism" 0 "IMAP OK - * delivered and read in *SMTP mechanism: $mechanism"$'\n*'
done

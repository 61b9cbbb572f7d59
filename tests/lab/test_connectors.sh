# test_connectors.sh - check_smtp_connectors on Postfix with all its listeners, and on Dovecot's LMTP

connectors=(check_smtp_connectors "${CA[@]}")
printf '%s\n' "$PASSWORD" | secret pw
printf 'wrong\n' >wrong
logon=(-U probe@lab.example --password-file pw)

hosts=(127.0.0.1 localhost)
[ "$LAB_IPV6" != 1 ] || hosts+=('[::1]')
for host in "${hosts[@]}"; do
	shown=${host/\[/\\[}
	for how in "$LAB_SMTP:PLAIN" "$LAB_SMTP:TLS" "$LAB_SUBMISSION:TLS" "$LAB_SMTPS:SSL"; do
		check "${connectors[@]}" -H "$host:$how" -v
		expect "connectors: $host, ${how#*:} (${how%:*})" 0 \
			"SMTP OK - $shown:${how%:*} * in *| total=*"$'\nstatus code: Success\nserver: 220 mail.lab.example ESMTP lab\nserver: 250-mail.lab.example\n*'
	done
done
check "${connectors[@]}" -H "127.0.0.1:$LAB_REJECT" -v
expect "connectors: a listener that turns everybody away" 2 \
	"SMTP CRITICAL - 127.0.0.1:$LAB_REJECT smtp_greeting: \"554 5.7.1 *"$'\nstatus code: Permanent error\n*'
check "${connectors[@]}" -H "127.0.0.1:$LAB_CLOSED" -v
expect "connectors: nothing listens there" 2 \
	"SMTP CRITICAL - 127.0.0.1:$LAB_CLOSED smtp_connect: *refused*"$'\nstatus code: Unable to connect\n*'
check "${connectors[@]}" -H "127.0.0.1:$LAB_PLAINAUTH:TLS"
expect "connectors: no TLS where TLS is expected" 2 \
	"SMTP CRITICAL - 127.0.0.1:$LAB_PLAINAUTH smtp_starttls: server does not offer STARTTLS*"
check "${connectors[@]}" -H "127.0.0.3:$LAB_SUBMISSION"
expect "connectors: an expired certificate" 2 "SMTP CRITICAL - 127.0.0.3:$LAB_SUBMISSION smtp_tls: certificate expired*"
check "${connectors[@]}" -H "127.0.0.4:$LAB_SUBMISSION"
expect "connectors: a certificate for another name" 2 "SMTP CRITICAL - 127.0.0.4:$LAB_SUBMISSION smtp_tls: certificate is for other.lab.example, not for*"
check "${connectors[@]}" -H "127.0.0.3:$LAB_SUBMISSION" -k
expect "connectors: anything goes with -k, and is said" 0 "SMTP OK - 127.0.0.3:* not verified (-k)*"

# logging on
check "${connectors[@]}" -H "127.0.0.1:$LAB_SUBMISSION" "${logon[@]}"
expect "connectors: a logon" 0 "SMTP OK - 127.0.0.1:$LAB_SUBMISSION logged on in *smtp_login=*"
check "${connectors[@]}" -H "127.0.0.1:$LAB_SUBMISSION" -U probe@lab.example --password-file wrong
expect "connectors: a wrong password" 2 "SMTP CRITICAL - 127.0.0.1:$LAB_SUBMISSION smtp_login: \"535 5.7.8 *"
check "${connectors[@]}" -H "127.0.0.1:$LAB_PLAINAUTH:PLAIN" "${logon[@]}"
expect "connectors: a logon in plain text when asked for" 0 "SMTP OK - 127.0.0.1:$LAB_PLAINAUTH logged on in *"

# sender and recipient; nothing is ever sent
messages() { grep -c 'message-id=' "$LAB_DIR/postfix.log" || true; }
before=$(messages)
check "${connectors[@]}" -H "127.0.0.1:$LAB_SMTP" --rcptto probe@lab.example
expect "connectors: a recipient is accepted" 0 "SMTP OK - 127.0.0.1:$LAB_SMTP recipient accepted in *"
check "${connectors[@]}" -H "127.0.0.1:$LAB_SMTP" --rcptto Postmaster
expect "connectors: the postmaster needs no domain" 0 "SMTP OK - 127.0.0.1:$LAB_SMTP recipient accepted in *"
check "${connectors[@]}" -H "127.0.0.1:$LAB_SMTP" --rcptto refused@lab.example -v
expect "connectors: a recipient is refused" 2 \
	"SMTP CRITICAL - 127.0.0.1:$LAB_SMTP smtp_rcpt: \"550 5.7.1 *"$'\nstatus code: Permanent error\n*'
check "${connectors[@]}" -H "127.0.0.1:$LAB_SMTP" --rcptto later@lab.example -v
expect "connectors: a recipient is refused for now" 1 \
	"SMTP WARNING - 127.0.0.1:$LAB_SMTP smtp_rcpt: \"451 4.7.1 *"$'\nstatus code: Transient error\n*'
check "${connectors[@]}" -H "127.0.0.1:$LAB_SMTP" --rcptto someone@elsewhere.example --expect-reject
expect "connectors: no open relay" 0 \
	"SMTP OK - 127.0.0.1:$LAB_SMTP recipient rejected as expected: \"554 5.7.1 (someone@elsewhere.example): *\" in *"
check "${connectors[@]}" -H "127.0.0.1:$LAB_SMTP" --rcptto refused@lab.example --expect-reject
expect "connectors: a recipient is rejected as expected" 0 \
	"SMTP OK - 127.0.0.1:$LAB_SMTP recipient rejected as expected: \"550 5.7.1 (refused@lab.example): *\" in *"
check "${connectors[@]}" -H "127.0.0.1:$LAB_SMTP" --rcptto later@lab.example --expect-reject
expect "connectors: refused for now proves nothing" 1 \
	"SMTP WARNING - 127.0.0.1:$LAB_SMTP smtp_rcpt: not tested, refused for now: \"451 4.7.1 *"
check "${connectors[@]}" -H "127.0.0.1:$LAB_SMTP" --rcptto someone@elsewhere.example --expect-reject \
	--mailfrom refused@nowhere.example -v
expect "connectors: a sender whose refusal is delayed to RCPT proves nothing" 2 \
	"SMTP CRITICAL - 127.0.0.1:$LAB_SMTP smtp_rcpt: not tested, sender refused: \"554 5.7.1 Sender address rejected: *"$'\n*status code: Permanent error\n*'
check "${connectors[@]}" -H "127.0.0.1:$LAB_SUBMISSION:PLAIN" --rcptto someone@elsewhere.example --expect-reject
expect "connectors: TLS first proves nothing" 2 \
	"SMTP CRITICAL - 127.0.0.1:$LAB_SUBMISSION smtp_mail: not tested, TLS or a logon wanted: \"530 5.7.0 Must issue *"
check "${connectors[@]}" -H "127.0.0.1:$LAB_SUBMISSION" --rcptto someone@elsewhere.example --expect-reject
expect "connectors: a submission service rejects who has not logged on" 0 \
	"SMTP OK - 127.0.0.1:$LAB_SUBMISSION recipient rejected as expected: \"554 5.7.1 (someone@elsewhere.example): *"
check "${connectors[@]}" -H "127.0.0.1:$LAB_SMTP" --rcptto probe@lab.example --expect-reject
expect "connectors: an accepted recipient that was to be rejected" 2 \
	"SMTP CRITICAL - 127.0.0.1:$LAB_SMTP smtp_rcpt: accepted, but was to be rejected*"
check "${connectors[@]}" -H "127.0.0.1:$LAB_SMTP" --through mail --mailfrom probe@lab.example
expect "connectors: a sender is accepted" 0 "SMTP OK - 127.0.0.1:$LAB_SMTP sender accepted in *"
sleep 0.1
expect_equal "connectors: no message was handed in" "$before" "$(messages)"

# a file
cat >connectors.ini <<END
[Default Frontend]
server = localhost
bindings = 0.0.0.0:$LAB_SMTP, [::]:$LAB_SMTP
fqdn = mail.lab.example
require = PIPELINING, 8BITMIME, SIZE>=10000000
forbid = AUTH
[Client Frontend]
server = localhost
bindings = 127.0.0.1:$LAB_SUBMISSION
require = AUTH=LOGIN
username = probe@lab.example
password-file = pw
[Client over TLS]
bindings = 127.0.0.1:$LAB_SMTPS
connection-type = ssl
certificate-name = localhost
[Delivery]
bindings = 127.0.0.1:$LAB_LMTP
protocol = lmtp
connection-type = plaintext
[Decommissioned]
bindings = 192.0.2.1:25
enabled = no
END
check "${connectors[@]}" --connectors connectors.ini -o table
expect "connectors: the table of a file" 0 \
	$'Server *ReceiveConnector *Binding *EndPoint *StatusCode *Details\n*\nlocalhost *Default Frontend *0.0.0.0:'"$LAB_SMTP *127.0.0.1:$LAB_SMTP *Success *220 mail.lab.example *Client Frontend *Success *Client over TLS *Success *Delivery *Success *Decommissioned *Skipped *disabled"$'\n\n6 end points: * Success, * Skipped'
check "${connectors[@]}" --connectors connectors.ini
expect "connectors: the status line of a file" 0 \
	"SMTP OK - * end points ok, * skipped, slowest * | targets=6;;;0 targets_ok=*;;;0 total=* total_median=* smtp_tls_median=*Client_Frontend_127_0_0_1_${LAB_SUBMISSION}_total=*"
{
	cat connectors.ini
	printf '[Old]\nserver = localhost\nbindings = 127.0.0.3:%s\ncertificate-name = localhost\n' "$LAB_SUBMISSION"
	printf '[Picky]\nserver = localhost\nbindings = 127.0.0.1:%s\nrequire = XCLIENT\n' "$LAB_SMTP"
} >more.ini
check "${connectors[@]}" --connectors more.ini --perfdata summary
expect "connectors: the worst decides, and is named" 2 \
	"SMTP CRITICAL - * of 8 end points ok, * skipped, Old 127.0.0.3:$LAB_SUBMISSION smtp_tls: certificate expired *"$'\nCRITICAL - Picky 127.0.0.1:'"$LAB_SMTP smtp_capability: XCLIENT is required, but not offered*"
CODE=0
COMMAND='check_smtp_connectors --connectors=- <more.ini'
"$PROGRAMS/check_smtp_connectors" "${CA[@]}" --connectors=- <more.ini >out 2>err || CODE=$?
OUT=$(<out) ERR=$(<err)
expect "connectors: a file on standard input" 2 "SMTP CRITICAL - * of 8 end points ok*"
check "${connectors[@]}" -H "localhost:$LAB_SMTP" --all-addresses
expect "connectors: all addresses of a name" 0 "SMTP OK - *"
check "${connectors[@]}" -H "localhost:$LAB_SMTP" --all-addresses -4
expect "connectors: all its IPv4 addresses" 0 "SMTP OK - localhost 127.0.0.1:$LAB_SMTP TLS ok in *"

# LMTP
check "${connectors[@]}" -H "127.0.0.1:$LAB_LMTP:PLAIN" --lmtp --rcptto probe@lab.example --fqdn mail.lab.example
expect "connectors: Dovecot's LMTP takes a recipient" 0 "SMTP OK - 127.0.0.1:$LAB_LMTP recipient accepted in *"
check "${connectors[@]}" -H "127.0.0.1:$LAB_LMTP:PLAIN" --lmtp --rcptto probe
expect "connectors: and a user without a domain" 0 "SMTP OK - 127.0.0.1:$LAB_LMTP recipient accepted in *"
check "${connectors[@]}" -H "127.0.0.1:$LAB_LMTP:PLAIN" --lmtp --rcptto nobody@lab.example
expect "connectors: Dovecot's LMTP refuses a recipient that it does not know" 2 \
	"SMTP CRITICAL - 127.0.0.1:$LAB_LMTP smtp_rcpt: \"550 5.1.1 *"
check "${connectors[@]}" -H "127.0.0.1:$LAB_LMTP:TLS" --lmtp
expect "connectors: Dovecot's LMTP over STARTTLS" 0 "SMTP OK - 127.0.0.1:$LAB_LMTP TLS ok in *"
check "${connectors[@]}" -H "127.0.0.1:$LAB_LMTP:PLAIN"
expect "connectors: LMTP is not SMTP" 2 "SMTP CRITICAL - 127.0.0.1:$LAB_LMTP smtp_capability: *"

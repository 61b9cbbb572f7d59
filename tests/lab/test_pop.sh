# test_pop.sh - check_pop_full: every way to connect and log on, round trips, several end points, mail that is lost

printf '%s\n' "$PASSWORD" | secret pw
user=pop@lab.example
full=(check_pop_full "${CA[@]}" -U $user --password-file pw)
light=("${full[@]}" --light=mailbox)

hosts=(127.0.0.1 localhost)
if [ "$LAB_IPV6" = 1 ]; then
	hosts+=('[::1]')
fi
for host in "${hosts[@]}"; do
	shown=${host/\[/\\[}
	for how in "$LAB_POP3:PLAIN" "$LAB_POP3:TLS" "$LAB_POP3S:SSL"; do
		check "${light[@]}" -H "$host:$how"
		expect "pop: light logon to $host, ${how#*:}" 0 \
			"POP OK - $shown:${how%:*} logged on and opened the mailbox in *|*pop_login=* messages=0 size=0B"
		check "${full[@]}" -H "$host:$how" --smtp "$host:$LAB_SUBMISSION:TLS"
		expect "pop: round trip on $host, ${how#*:}" 0 \
			"POP OK - $shown:${how%:*} delivered and read in *| total=* delivery=* pop_delete=*"
	done
done
expect_equal "pop: nothing is left in the maildrop" 0 "$(count $user)"
check "${light[@]}" -H 127.0.0.1 -p "$LAB_POP3S" -T ssl
expect "pop: -p and -T ssl" 0 'POP OK - *'
check "${light[@]}" -H 127.0.0.1 -p "$LAB_POP3"
expect "pop: -p alone is STLS" 0 'POP OK - *pop_starttls=*'
check "${light[@]}" -H "127.0.0.2:$LAB_POP3:TLS"
expect "pop: a server that wants TLS first" 0 'POP OK - *'
check "${light[@]}" -H "127.0.0.2:$LAB_POP3:PLAIN"
expect "pop: the same in plain text" 2 'POP CRITICAL - 127.0.0.2:* pop_login: *'
sleep 0.1
expect_equal "pop: no logon was tried there" '' "$(grep 'pop3-login.*lip=127.0.0.2' "$LAB_DIR/dovecot.log" | grep 'auth failed' || true)"
check "${light[@]}" -H "127.0.0.1:$LAB_IMAP:TLS"
expect "pop: an IMAP server" 2 'POP CRITICAL - 127.0.0.1:* pop_greeting: not a POP3 greeting: *'
check "${light[@]}" -H "127.0.0.1:$LAB_POP3S:TLS" --connection-timeout 1
expect "pop: a port for TLS from the first byte" 2 'POP CRITICAL - 127.0.0.1:* pop_greeting: *'

for how in "$LAB_POP3S:SSL" "$LAB_POP3:TLS"; do
	check "${light[@]}" -H "127.0.0.3:$how"
	expect "pop: expired certificate, ${how#*:}" 2 'POP CRITICAL - *pop_tls: *expired 3 days ago*'
	check "${light[@]}" -H "127.0.0.4:$how"
	expect "pop: certificate of another name, ${how#*:}" 2 'POP CRITICAL - *pop_tls: *other.lab.example*'
	check "${light[@]}" -H "127.0.0.3:$how" -k
	expect "pop: expired certificate, ${how#*:}, -k" 0 'POP OK - *not verified*'
done

# ---- credentials ----

check "${light[@]}" -H "127.0.0.1:$LAB_POP3S:SSL" --auth=APOP
expect "pop: APOP" 0 'POP OK - *'
check "${light[@]}" -H "127.0.0.1:$LAB_POP3:PLAIN" --auth=APOP
expect "pop: APOP in plain text" 0 'POP OK - *'
check "${light[@]}" -H "127.0.0.1:$LAB_POP3:TLS" --auth=APOP
expect "pop: no APOP after STLS" 2 'POP CRITICAL - *pop_login: *APOP*STLS*'
check MAILFLOW_PASSWORD=wrong-password check_pop_full "${CA[@]}" -U $user --light -H "127.0.0.1:$LAB_POP3S:SSL"
expect "pop: wrong password" 2 'POP CRITICAL - *pop_login: "-ERR \[AUTH\] *" (*password*'
expect_not "pop: it is not shown" '*wrong-password*'
while IFS=$'\t' read -r name rest; do
	case $name in
	quote@*|backslash@*|percent@*|utf8@*|braces@*|edges@*|colon@*|probe|*\\*|*/*)
		check MAILFLOW_PASSWORD="${rest%%$'\t'*}" check_pop_full "${CA[@]}" --light -U "$name" \
			-H "127.0.0.1:$LAB_POP3S:SSL"
		expect "pop: logon as $name" 0 'POP OK - *' ;;
	esac
done <"$(dirname "$LAB_TOOL")/users"
check MAILFLOW_PASSWORD="$PASSWORD" check_pop_full "${CA[@]}" "${SMTP[@]}" -H "127.0.0.1:$LAB_POP3S:SSL" \
	-U 'LAB\probe' --mailto windows@lab.example
expect "pop: round trip as LAB\\probe" 0 'POP OK - * delivered and read in *'
check "${full[@]}" "${SMTP[@]}" -H "127.0.0.1:$LAB_POP3S:SSL" -vvv -o table
expect "pop: -vvv shows the dialog" 0 'Server*AUTH PLAIN \*\*\*\**RETR *DELE *QUIT*'
expect_not "pop: -vvv does not show the password" "*$PASSWORD*"

# ---- mail that is refused or lost, several end points ----

at=(-H "127.0.0.1:$LAB_POP3S:SSL")
check "${full[@]}" "${at[@]}" "${SMTP[@]}" -U refused@lab.example
expect "pop: recipient refused" 2 'POP CRITICAL - *smtp_send: *"550 5.7.1 *'
begun=$EPOCHREALTIME
check "${full[@]}" "${at[@]}" "${SMTP[@]}" -U lost@lab.example -t 2
took=$(((${EPOCHREALTIME/./} - ${begun/./}) / 1000))
expect "pop: a message that is lost after it was accepted" 2 'POP CRITICAL - *delivery: not there * s after "250 *"*'
if [ $took -ge 1000 ] && [ $took -le 5000 ]; then
	ok "pop: it is waited for until the limit, and no longer"
else
	report "pop: it is waited for until the limit, and no longer" "it took $took ms with -t 2"
fi
check "${full[@]}" "${at[@]}" "${SMTP[@]}" -v
expect "pop: -v tells of the way that the message took" 0 \
	$'POP OK - *\n*queue id: *\nslowest hop: * s from * to mail.lab.example\n*'
before=$(accepted)
check "${full[@]}" "${at[@]}" "${SMTP[@]}" --what-if
expect "pop: --what-if says what would be done" 0 "POP OK - *would *$user*"
sleep 0.1
expect_equal "pop: --what-if sends nothing" "$before" "$(accepted)"
check "${full[@]}" "${at[@]}" "${SMTP[@]}" -c delivery=10:20
expect "pop: critical threshold of the delivery" 2 'POP CRITICAL - *delivery*delivery=*s;;10:20*'
check "${full[@]}" "${at[@]}" "${SMTP[@]}" -o table
expect "pop: -o table" 0 $'Server *Scenario *Result *Latency*Error*\n*127.0.0.1:*Success*\n*pop_login *ms*\n*delivery *ms*'

several=(-H "127.0.0.1:$LAB_POP3S:SSL" -H "127.0.0.2:$LAB_POP3:TLS" -H "localhost:$LAB_POP3:PLAIN")
check "${full[@]}" "${SMTP[@]}" "${several[@]}"
expect "pop: three end points of one maildrop at once" 0 \
	$'POP OK - *\n*127.0.0.1:'"$LAB_POP3S"$'*\n*127.0.0.2:'"$LAB_POP3"$'*\n*localhost:'"$LAB_POP3"'*'
expect_equal "pop: each of them deleted its own" 0 "$(count $user)"
check "${light[@]}" "${several[@]}" -H "127.0.0.3:$LAB_POP3S:SSL"
expect "pop: the worst of four decides, and is named" 2 "POP CRITICAL - *127.0.0.3:$LAB_POP3S*expired*"

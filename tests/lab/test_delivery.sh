# test_delivery.sh - mail that is refused, deferred or lost; thresholds and time limits

printf '%s\n' "$PASSWORD" | secret pw
at=(-H "127.0.0.1:$LAB_IMAPS:SSL" "${CA[@]}" --password-file pw)
full=(check_imap_full "${at[@]}")

check "${full[@]}" "${SMTP[@]}" -U refused@lab.example
expect "imap: recipient refused" 2 'IMAP CRITICAL - *smtp_send: *"550 5.7.1 *'
check "${full[@]}" "${SMTP[@]}" -U later@lab.example
expect "imap: recipient refused for now is a warning" 1 'IMAP WARNING - *smtp_send: *"451 4.7.1 *'
check "${full[@]}" "${SMTP[@]}" -U probe@lab.example --mailto missing@lab.example
expect "imap: unknown recipient" 2 'IMAP CRITICAL - *smtp_send: *"550 5.1.1 *'
check "${full[@]}" --smtp "127.0.0.1:$LAB_REJECT:TLS" -U probe@lab.example
expect "imap: an SMTP server that rejects everybody" 2 'IMAP CRITICAL - *smtp_greeting: *"554 5.7.1 *'
check "${full[@]}" --smtp "127.0.0.1:$LAB_CLOSED:TLS" -U probe@lab.example
expect "imap: no SMTP server there" 2 'IMAP CRITICAL - *smtp_connect: *refused*'
check "${full[@]}" --smtp "127.0.0.1:$LAB_SMTPS:TLS" -U probe@lab.example --connection-timeout 1
expect "imap: STARTTLS at a port for TLS from the first byte" 2 'IMAP CRITICAL - *smtp_greeting: *'
check "${full[@]}" --smtp "127.0.0.1:$LAB_SUBMISSION:SSL" -U probe@lab.example
expect "imap: TLS at a port in plain text" 2 'IMAP CRITICAL - *smtp_tls: *'
check "${full[@]}" --smtp "127.0.0.1:$LAB_SMTP:TLS" -U probe@lab.example
expect "imap: a server that offers no AUTH" 2 'IMAP CRITICAL - *smtp_login: *AUTH*'
check "${full[@]}" --smtp "127.0.0.1:$LAB_SMTP:TLS" --smtp-username '' -U probe@lab.example --mailto probe@elsewhere.example
expect "imap: relaying is denied" 2 'IMAP CRITICAL - *smtp_send: *"554 5.7.1 *'

begun=$EPOCHREALTIME
check "${full[@]}" "${SMTP[@]}" -U lost@lab.example -t 2
took=$(((${EPOCHREALTIME/./} - ${begun/./}) / 1000))
expect "imap: a message that is lost after it was accepted" 2 'IMAP CRITICAL - *delivery: *'
if [ $took -ge 1200 ] && [ $took -le 5000 ]; then
	ok "imap: it is waited for until the limit, and no longer"
else
	report "imap: it is waited for until the limit, and no longer" "it took $took ms with -t 2"
fi
check "${full[@]}" "${SMTP[@]}" -U probe@lab.example -w 5,delivery=30 -c 10,delivery=60
expect "imap: within the thresholds" 0 'IMAP OK - *total=*s;5;10;0;55 *delivery=*s;30;60*'
check "${full[@]}" "${SMTP[@]}" -U probe@lab.example -w 0.0001 -c 50
expect "imap: warning threshold of the total" 1 'IMAP WARNING - *total*total=*s;0.0001;50;0*'
check "${full[@]}" "${SMTP[@]}" -U probe@lab.example -c delivery=10:20
expect "imap: critical threshold of the delivery" 2 'IMAP CRITICAL - *delivery*delivery=*s;;10:20*'
check "${full[@]}" "${SMTP[@]}" -U probe@lab.example -w 20:10
expect "imap: a reversed range is refused" 3 'IMAP UNKNOWN - *20:10*'
expect_equal "imap: thresholds leave no messages behind" 0 "$(count probe@lab.example)"

before=$(accepted)
check "${full[@]}" "${SMTP[@]}" -U probe@lab.example --what-if
expect "imap: --what-if says what would be done" 0 'IMAP OK - *would *probe@lab.example*'
sleep 0.1
expect_equal "imap: --what-if sends nothing" "$before" "$(accepted)"

check "${full[@]}" "${SMTP[@]}" -U probe@lab.example -o table
expect "imap: -o table" 0 $'Server *Scenario *Result *Latency*Error*\n*127.0.0.1:*Success*\n*imap_login *ms*\n*delivery *ms*'
check "${full[@]}" -U probe@lab.example -P wrong --light -o table
expect "imap: -o table of a failure" 2 $'Server *Scenario *Result *Latency*Error*\n*127.0.0.1:*Failure*AUTHENTICATIONFAILED*'
check "${full[@]}" "${SMTP[@]}" -U probe@lab.example -v
expect "imap: -v tells of TLS and the certificate" 0 $'IMAP OK - *\n*TLS1.3*\n*certificate: CN=good of the lab*'
expect "imap: and of the way that the message took" 0 $'IMAP OK - *\n*queue id: *\nslowest hop: * s from * to mail.lab.example\n*'

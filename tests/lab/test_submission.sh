# test_submission.sh - handing in to a real Postfix, in as few writes as it takes, and what is left in its log

printf '%s\n' "$PASSWORD" | secret pw
printf 'wrong\n' >wrong

# hand_in SMTP-ENDPOINT PASSWORD-FILE [ARGUMENT...]
hand_in()
{
	check check_imap_full "${CA[@]}" -U submission@lab.example --password-file "$2" \
		-H "127.0.0.1:$LAB_IMAPS:SSL" --smtp "$1" "${@:3}"
}

hand_in "127.0.0.1:$LAB_SUBMISSION:TLS" pw -vvv -o table
expect "submission: PIPELINING and CHUNKING" 0 $'*C: MAIL FROM:*\n*C: RCPT TO:*\n*C: BDAT * LAST\n*C: (the message, *\n*S: 250 2.1.0 *\n*S: 250 2.1.5 *\n*S: 250 2.0.0 Ok: *'
hand_in "127.0.0.18:$LAB_SUBMISSION:TLS" pw -vvv -o table
expect "submission: PIPELINING alone" 0 $'*C: MAIL FROM:*\n*C: RCPT TO:*\n*C: DATA\n*S: 250 2.1.0 *\n*S: 250 2.1.5 *\n*S: 354 *\n*C: (the message, *\n*S: 250 2.0.0 Ok: *'
hand_in "127.0.0.19:$LAB_SUBMISSION:TLS" pw -vvv -o table
expect "submission: neither" 0 $'*C: MAIL FROM:*\n*S: 250 2.1.0 *\n*C: RCPT TO:*\n*S: 250 2.1.5 *\n*C: DATA\n*S: 354 *\n*C: (the message, *\n*S: 250 2.0.0 Ok: *'

# as Postfix counts a recipient that it refuses
for address in 127.0.0.1 127.0.0.18 127.0.0.19; do
	hand_in "$address:$LAB_SUBMISSION:TLS" pw --mailto nobody@lab.example
	expect "submission: an unknown recipient, $address" 2 "IMAP CRITICAL - * smtp_send: RCPT TO \"550 5.1.1 *"
done

# ---- what a log says of a run whose mailbox fails ----

# visits - how often a client has gone, and how: each line a kind of session
visits() { grep -o 'disconnect from .*' "$LAB_DIR/postfix.log" | sed 's/.*\] //'; }
lost() { grep -cE 'lost connection|improper command pipelining|SSL_accept error' "$LAB_DIR/postfix.log" || true; }

was_lost=$(lost)
for at in "$LAB_SUBMISSION:TLS" "$LAB_SMTPS:SSL"; do
	before=$(visits | wc -l)
	hand_in "127.0.0.1:$at" wrong
	expect "submission: a wrong password of the mailbox, ${at#*:}" 2 "IMAP CRITICAL - * imap_login: *"
	for _ in {1..100}; do
		[ "$(visits | wc -l)" -eq "$before" ] || break
		sleep 0.05
	done
	expect_equal "submission: SMTP hears QUIT and nothing else, ${at#*:}" 'quit=1 commands=1' "$(visits | tail -n 1)"
done
expect_equal "submission: no connection was lost, nothing came too early" "$was_lost" "$(lost)"

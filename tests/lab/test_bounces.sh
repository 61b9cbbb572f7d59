# test_bounces.sh - what came back, and why: a full mailbox, a user that does not exist; and what stays in the queue

printf '%s\n' "$PASSWORD" | secret pw

# come_back PROGRAM USER AT RECIPIENT [ARGUMENT...] - a round trip that does not end in USER's mailbox
come_back()
{
	check "$1" "${CA[@]}" "${SMTP[@]}" -U "$2" --password-file pw -H "127.0.0.1:$3" --mailfrom "$2" --mailto "$4" "${@:5}"
}

# others_bounce USER - a message of USER's that has nothing to do with us comes back, while it is waited for
others_bounce()
{
	sleep 0.7
	python3 -c 'import smtplib, sys
with smtplib.SMTP("127.0.0.1", int(sys.argv[1])) as smtp:
    smtp.sendmail(sys.argv[2], "gone@lab.example", b"Subject: hello\\n\\nhello\\n")' "$LAB_SMTP" "$1"
}

for how in "imap check_imap_full bounce@lab.example $LAB_IMAPS:SSL" "pop check_pop_full popbounce@lab.example $LAB_POP3S:SSL"; do
	read -r protocol program user at <<<"$how"
	letter "An ordinary letter" | put "$user"
	before=$(dump "$user")
	come_back "$program" "$user" "$at" crammed@lab.example -t 5
	expect "$protocol: a full mailbox behind it" 2 "${protocol^^} CRITICAL - 127.0.0.1:* delivery: bounced: 552 5.2.2 *"
	expect_equal "$protocol: the bounce is deleted, and nothing else" "$before" "$(dump "$user")"
	come_back "$program" "$user" "$at" gone@lab.example -t 5
	expect "$protocol: an alias whose user does not exist" 2 \
		"${protocol^^} CRITICAL - 127.0.0.1:* delivery: bounced: 550 5.1.1 *nobody-there@lab.example*"
	expect_equal "$protocol: that bounce is deleted, too" "$before" "$(dump "$user")"
	# somebody else's: of the same kind, about another message
	others_bounce "$user" &
	come_back "$program" "$user" "$at" lost@lab.example -t 5
	wait $!
	expect "$protocol: a bounce of another message" 2 "${protocol^^} CRITICAL - 127.0.0.1:* delivery: not there * s after \"250 *queued as *"
	expect_equal "$protocol: it is not deleted" 2 "$(count "$user")"
	empty "$user"
done

come_back check_imap_full bounce@lab.example "$LAB_IMAPS:SSL" held@lab.example -t 3 -v
held=$(find "$LAB_DIR/postfix/queue/hold" -type f -printf '%f\n')
expect "imap: what is held is named by its queue id" 2 \
	"IMAP CRITICAL - 127.0.0.1:* delivery: not there * s after \"250 *queued as ${held:-NOTHING}\"*queue id: ${held:-NOTHING}*"

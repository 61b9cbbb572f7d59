# test_mailbox.sh - what is deleted, and what must still be there afterwards, byte for byte

printf '%s\n' "$PASSWORD" | secret pw
TOKEN=0123456789abcdef0123456789abcdef
OTHER=fedcba9876543210fedcba9876543210

# full USER ADDRESS [ARGUMENT...] - a round trip
full()
{
	check check_imap_full "${CA[@]}" "${SMTP[@]}" -U "$1" --password-file pw -H "$2:$LAB_IMAPS:SSL" "${@:3}"
}

# ---- stale test messages go, whatever resembles them stays ----

stale=stale@lab.example
subject="Mailflow probe $TOKEN"
letter "An ordinary letter" "Date: $(old_date 100)" | put $stale
letter "$subject" "Date: $(old_date 100)" | put $stale
letter "$subject" "X-Mailflow-Probe: $OTHER" "Date: $(old_date 100)" | put $stale
letter "Another subject" "X-Mailflow-Probe: $TOKEN" "Date: $(old_date 100)" | put $stale
letter "Re: $subject" "In-Reply-To: <$TOKEN@lab.example>" "Date: $(old_date 100)" | put $stale
letter "$subject" "X-Mailflow-Probe: $TOKEN" "Date: $(old_date 23)" | put $stale
letter "$subject" "X-Mailflow-Probe: $TOKEN" | put $stale
letter "$subject" "X-Mailflow-Probe: $TOKEN" "Date: the day before yesterday" | put $stale
letter "Fwd: see below" "Date: $(old_date 100)" '' "$subject" "X-Mailflow-Probe: $TOKEN" | put $stale
kept=$(uids $stale)
before=$(dump $stale)
letter "$subject" "X-Mailflow-Probe: $TOKEN" "Date: $(old_date 25)" | put $stale
letter "$subject" "X-Mailflow-Probe: $TOKEN" "Date: $(old_date 2500)" | put $stale
expect_equal "imap: the mailbox is as the tests want it" 11 "$(count $stale)"

check check_imap_full "${CA[@]}" -U $stale --password-file pw -H "127.0.0.1:$LAB_IMAPS:SSL" --light
expect "imap: a light logon" 0 'IMAP OK - *'
check check_imap_full "${CA[@]}" -U $stale --password-file pw -H "127.0.0.1:$LAB_IMAPS:SSL" --light=mailbox
expect "imap: the mailbox is opened" 0 'IMAP OK - * opened the mailbox in *'
full $stale 127.0.0.1 --what-if
expect "imap: --what-if" 0 'IMAP OK - *would *'
expect_equal "imap: none of these deletes anything" 11 "$(count $stale)"
full $stale 127.0.0.1 --max-age 2400
expect "imap: --max-age 2400" 0 'IMAP OK - *'
expect_equal "imap: only what is older than --max-age is deleted" 10 "$(count $stale)"
full $stale 127.0.0.1
expect "imap: a round trip deletes stale test messages" 0 'IMAP OK - *'
expect_equal "imap: lookalikes and fresh ones are still there" "$kept" "$(uids $stale)"
expect_equal "imap: and unchanged" "$before" "$(dump $stale)"

letter "$subject" "X-Mailflow-Probe: $TOKEN" "Date: $(old_date 100)" | put $stale
full $stale 127.0.0.7
expect "imap: stale clean-up without UIDPLUS" 0 'IMAP OK - *'
expect_equal "imap: nothing else is deleted without UIDPLUS" "$before" "$(dump $stale)"

# Two hundred of them, as after a long trouble
for _ in {1..200}; do
	letter "$subject" "X-Mailflow-Probe: $TOKEN" "Date: $(old_date 100)"
done | sed 's/^From: /From x@elsewhere.example Thu Jan  1 00:00:00 2026\n&/' >mbox.many
mkdir -p many && mv mbox.many many/inbox && chown -R nobody many . && chmod 755 .
"$LAB_TOOL" doveadm "$LAB_DIR" import -u $stale "mbox:$WORK/many:INBOX=$WORK/many/inbox" "" ALL
expect_equal "imap: two hundred stale messages are there" 209 "$(count $stale)"
for _ in 1 2 3; do
	full $stale 127.0.0.1
done
expect "imap: a crowd of stale messages" 0 'IMAP OK - *'
expect_equal "imap: is gone after a few runs, and nothing else" "$before" "$(dump $stale)"

# ---- other people's mail flagged \Deleted is not expunged with ours ----

people=people@lab.example
for n in {1..6}; do
	letter "Letter $n" "Date: $(old_date $((n * 100)))" | put $people
done
flag $people '\Deleted' 2,4,6
flag $people '\Seen' 3,4
before=$(dump $people)
expect_equal "imap: three letters are flagged" 3 "$(grep -c '^flags:.*Deleted' <<<"$before")"
full $people 127.0.0.1
expect "imap: round trip in a mailbox with letters flagged \\Deleted" 0 'IMAP OK - *'
expect_equal "imap: they are still there, byte for byte" "$before" "$(dump $people)"
full $people 127.0.0.8
expect "imap: the same without IDLE and SASL-IR" 0 'IMAP OK - *'
expect_equal "imap: still there" "$before" "$(dump $people)"

full $people 127.0.0.7
expect "imap: the same without UIDPLUS: ours stays marked, and that is said" 0 \
	'IMAP OK - *'
ours=$("$LAB_TOOL" doveadm "$LAB_DIR" -f tab fetch -u $people uid mailbox INBOX subject 'Mailflow probe' deleted | tail -n +2)
expect_equal "imap: our message is there, flagged" 1 "$(wc -w <<<"$ours")"
if [[ $OUT == *marked* || $OUT == *flagged* || $OUT == *UIDPLUS* ]]; then
	ok "imap: the status says that it is only marked"
else
	report "imap: the status says that it is only marked" "no word of it"
fi
"$LAB_TOOL" doveadm "$LAB_DIR" expunge -u $people mailbox INBOX uid "${ours:-999999}"
expect_equal "imap: all the letters are still there without UIDPLUS" "$before" "$(dump $people)"
"$LAB_TOOL" doveadm "$LAB_DIR" flags remove -u $people '\Deleted' mailbox INBOX ALL
full $people 127.0.0.7
expect "imap: without UIDPLUS and without foreign \\Deleted" 0 'IMAP OK - *'
expect_equal "imap: EXPUNGE takes ours and nothing else" 6 "$(count $people)"

# Test messages that earlier runs could only mark, with the letters, are stale by now.
for n in 1 2; do
	letter "$subject" "X-Mailflow-Probe: $TOKEN" "Date: $(old_date 100)" | put $people
done
flag $people '\Deleted' "$(uids $people | awk '{ print $(NF - 1) "," $NF }')"
full $people 127.0.0.7
expect "imap: without UIDPLUS, where earlier runs could only mark theirs" 0 'IMAP OK - *'
full $people 127.0.0.7
expect_equal "imap: all of ours are expunged once the letters are not marked any more" 6 "$(count $people)"

# ---- other mailboxes, and ways to wait ----

"$LAB_TOOL" doveadm "$LAB_DIR" mailbox create -u other@lab.example Probes 'Mail/Älteres & mehr' 2>/dev/null || true
printf 'battery-staple\n' | secret pw-other
check check_imap_full "${CA[@]}" "${SMTP[@]}" -U other@lab.example --password-file pw-other \
	-H "127.0.0.1:$LAB_IMAPS:SSL" --mailbox Nowhere
expect "imap: a mailbox that does not exist" 2 'IMAP CRITICAL - *imap_select: *Nowhere*'
check check_imap_full "${CA[@]}" "${SMTP[@]}" -U other@lab.example --password-file pw-other \
	-H "127.0.0.1:$LAB_IMAPS:SSL" --mailbox Probes -t 3
expect "imap: mail that arrives elsewhere is not found" 2 'IMAP CRITICAL - *delivery: *'
empty other@lab.example

check check_imap_full "${CA[@]}" "${SMTP[@]}" -U probe@lab.example --password-file pw -H "127.0.0.1:$LAB_IMAP:TLS" -vvv -o table
expect "imap: the dialog with IDLE offered" 0 'Server*UID EXPUNGE*'
check check_imap_full "${CA[@]}" "${SMTP[@]}" -U probe@lab.example --password-file pw -H "127.0.0.8:$LAB_IMAP:TLS" -vvv -o table
expect "imap: the dialog without IDLE" 0 'Server*NOOP*'
expect_not "imap: IDLE is not used where it is not offered" '*IDLE*'

# test_folders.sh - other folders than the mailbox under test: where a missing message is, and what is left in them

printf '%s\n' "$PASSWORD" | secret pw
TOKEN=0123456789abcdef0123456789abcdef
subject="Mailflow probe $TOKEN"

# full USER [ARGUMENT...] - a round trip
full()
{
	check check_imap_full "${CA[@]}" "${SMTP[@]}" -U "$1" --password-file pw -H "127.0.0.1:$LAB_IMAPS:SSL" "${@:2}"
}

# ---- a filter takes it for junk ----

junk=junk@lab.example
full $junk -t 3
expect "imap: a message that is filed as junk" 2 \
	'IMAP CRITICAL - 127.0.0.1:* delivery: message is in the folder "Junk-Mail", not in INBOX | *imap_delete=*'
expect_equal "imap: it is deleted there" 0 "$(count $junk Junk-Mail)"
letter "An ordinary letter" | put $junk Junk-Mail
letter "$subject" "X-Mailflow-Probe: $TOKEN" "Date: $(old_date 100)" | put $junk Junk-Mail
before=$(dump $junk Junk-Mail)
"$LAB_TOOL" doveadm "$LAB_DIR" flags add -u $junk '\Deleted' mailbox Junk-Mail ALL
marked=$(dump $junk Junk-Mail)
full $junk -t 3 --junk=warning
expect "imap: --junk=warning" 1 'IMAP WARNING - 127.0.0.1:* delivery: message is in the folder "Junk-Mail", not in INBOX | *'
expect_equal "imap: nobody else's mail goes with it, though it is marked" "$marked" "$(dump $junk Junk-Mail)"
"$LAB_TOOL" doveadm "$LAB_DIR" flags remove -u $junk '\Deleted' mailbox Junk-Mail ALL
expect_equal "imap: and nothing else has changed" "$before" "$(dump $junk Junk-Mail)"
full $junk -t 3 --mailbox Junk-Mail
expect "imap: the folder itself is the mailbox under test" 0 'IMAP OK - 127.0.0.1:* 1 stale test message deleted*'

# ---- the mailbox is full ----

crowded=full@lab.example
for _ in 1 2; do
	{
		letter "A long letter" "Date: $(old_date 100)"
		head -c 7500 /dev/zero | tr '\0' '\n' | sed 's/^/x/'
	} | put $crowded
done
before=$(dump $crowded)
full $crowded -t 3
expect "imap: a mailbox that is full" 2 'IMAP CRITICAL - 127.0.0.1:* delivery: mailbox is over its quota: * of 20 KiB*'
expect_equal "imap: what is in it is not touched" "$before" "$(dump $crowded)"

# ---- what is submitted is filed, too ----

sent=sent@lab.example
letter "An ordinary letter" | put $sent
"$LAB_TOOL" doveadm "$LAB_DIR" mailbox create -u $sent "Sent Items"
letter "Re: $subject" "In-Reply-To: <$TOKEN@lab.example>" "Date: $(old_date 100)" | put $sent "Sent Items"
letter "$subject" "X-Mailflow-Probe: $TOKEN" "Date: $(old_date 1)" | put $sent "Sent Items"
kept=$(dump $sent "Sent Items")
letter "$subject" "X-Mailflow-Probe: $TOKEN" "Date: $(old_date 100)" | put $sent "Sent Items"
full $sent
expect "imap: without --clean other folders are not looked into" 0 'IMAP OK - 127.0.0.1:* delivered and read in * s | *'
expect_equal "imap: all is left there" 3 "$(count $sent "Sent Items")"
full $sent '--clean=\Sent'
expect "imap: --clean by what a folder is for" 0 'IMAP OK - 127.0.0.1:* delivered and read in * s, 1 stale test message deleted | *'
expect_equal "imap: a stale message goes, and no other" "$kept" "$(dump $sent "Sent Items")"
full $sent '--clean=Sent Items' --clean=Nowhere
expect "imap: --clean by names" 0 'IMAP OK - 127.0.0.1:* delivered and read in * s, folder "Nowhere" not cleaned up: "NO *'
expect_equal "imap: nothing more goes" "$kept" "$(dump $sent "Sent Items")"

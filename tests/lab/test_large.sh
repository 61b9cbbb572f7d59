# test_large.sh - 100,000 messages cost no more than ten, and stay when all of them are marked

printf '%s\n' "$PASSWORD" >pw
full=(check_imap_full "${CA[@]}" "${SMTP[@]}" -H "127.0.0.1:$LAB_IMAPS:SSL" --password-file pw)

# median_ms USER - of five round trips
median_ms()
{
	local begun

	for _ in {1..5}; do
		begun=$EPOCHREALTIME
		check "${full[@]}" -U "$1"
		echo $(((${EPOCHREALTIME/./} - ${begun/./}) / 1000))
	done | sort -n | sed -n 3p
}

[ "$(count small@lab.example)" = 10 ] || "$LAB_TOOL" fill "$LAB_DIR" small@lab.example 10
[ "$(count big@lab.example)" = 100000 ] || "$LAB_TOOL" fill "$LAB_DIR" big@lab.example 100000
list()
{
	"$LAB_TOOL" doveadm "$LAB_DIR" -f tab fetch -u big@lab.example 'uid guid flags' mailbox INBOX ALL |
		sed 's/ *\\Recent//' | sha256sum
}
before=$(list)
expect_equal "imap: 100,000 messages are there" 100000 "$(count big@lab.example)"
check "${full[@]}" -U big@lab.example
expect "imap: round trip in a mailbox of 100,000 messages" 0 'IMAP OK - *'
check "${full[@]}" -U small@lab.example
expect "imap: round trip in a mailbox of 10 messages" 0 'IMAP OK - *'
small=$(median_ms small@lab.example)
big=$(median_ms big@lab.example)
# Generous, so that a busy machine does not make it fail: reading 100,000 headers takes a second.
if [ "$big" -le $((small * 3 + 200)) ]; then
	ok "imap: 100,000 messages take $big ms, 10 take $small ms"
else
	not_ok "imap: 100,000 messages take no longer" "$big ms against $small ms with 10"
fi
expect_equal "imap: not one of the 100,000 was touched" "$before" "$(list)"

# Without UIDPLUS the server is asked what is marked: its answer is longer than any other line may be.
marks()
{
	"$LAB_TOOL" doveadm "$LAB_DIR" flags "$1" -u big@lab.example '\Deleted' mailbox INBOX ALL
}
marks add
check check_imap_full "${CA[@]}" "${SMTP[@]}" -H "127.0.0.7:$LAB_IMAPS:SSL" --password-file pw -U big@lab.example
expect "imap: 100,000 messages marked \\Deleted by others" 0 'IMAP OK - *only marked*'
expect_equal "imap: all of them are still there, and ours" 100001 "$(count big@lab.example)"
"$LAB_TOOL" doveadm "$LAB_DIR" expunge -u big@lab.example mailbox INBOX subject 'Mailflow probe'
marks remove
expect_equal "imap: unchanged" "$before" "$(list)"

# test_large.sh - 100,000 messages cost no more than ten, and stay when all of them are marked

printf '%s\n' "$PASSWORD" | secret pw
full=(check_imap_full "${CA[@]}" "${SMTP[@]}" -H "127.0.0.1:$LAB_IMAPS:SSL" --password-file pw)

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
# said USER - in a round trip
said()
{
	least_said 100 "$LAB_IMAP" check_imap_full "${CA[@]}" "${SMTP[@]}" -U "$1" --password-file pw \
		-H "127.0.0.1:@$LAB_IMAP@:PLAIN"
}
expect_as_little "imap: 100,000 messages cost as many commands as 10, and 64 bytes more at most" 64 \
	"$(said small@lab.example)" "$(said big@lab.example)"
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

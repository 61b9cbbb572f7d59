# test_accounts.sh - many mailboxes in one run: each by its own password, and all by one of a master user

imap=(check_imap_full "${CA[@]}" -H "127.0.0.1:$LAB_IMAPS:SSL")
pop=(check_pop_full "${CA[@]}" -H "127.0.0.1:$LAB_POP3S:SSL")
printf 'correct-horse\n' | secret pw
printf 'keeper\n' | secret keeper

# accounts FIRST LAST - sections of these mailboxes
accounts() { seq -f '[many%.0f@lab.example]' "$1" "$2"; }

# count WORDS - how often the output has them
count() { grep -o -- "$1" <<<"$OUT" | wc -l; }

{
	printf '[defaults]\nusername = %%u*master\npassword-file = keeper\n'
	accounts 1 50
} >master.ini
check "${imap[@]}" --accounts master.ini --light=mailbox -o csv
expect 'accounts: 50 by a master user' 0 '*,Success,*'
expect_equal 'accounts: 50 by a master user, each' 50 "$(count ,Success,)"
expect 'accounts: the rows name them' 0 "*many50@lab.example 127.0.0.1:$LAB_IMAPS,*"
check "${pop[@]}" --accounts master.ini --light=mailbox -o csv
expect_equal 'accounts: 50 by a master user, POP3' 50 "$(count ,Success,)"

{
	printf '[defaults]\npassword-file = pw\n'
	accounts 1 50
	printf '[stranger]\nusername = stranger@lab.example\nmailto = probe@lab.example\n[off@lab.example]\nenabled = no\nreason = on leave\n'
} >own.ini
check "${imap[@]}" --accounts own.ini --light
expect 'accounts: one of 51 is refused' 2 "IMAP CRITICAL - 50 of 52 end points ok, 1 skipped, stranger 127.0.0.1:* imap_login: \"NO \[AUTHENTICATIONFAILED\] *"
expect_not 'accounts: no password is shown' '*correct-horse*'
check "${imap[@]}" "${SMTP[@]}" --accounts own.ini -o csv
expect 'accounts: 50 deliveries, the others told apart' 2 '*stranger 127.0.0.1:*,Failure,*off@lab.example 127.0.0.1:*,Skipped,,on leave*'
expect_equal 'accounts: 50 deliveries' 50 "$(count ,Success,)"

{
	printf '[defaults]\npassword-file = pw\n'
	accounts 51 60
} >pop.ini
check "${pop[@]}" "${SMTP[@]}" --accounts pop.ini
expect 'accounts: ten deliveries, POP3' 0 'POP OK - 10 end points ok, *'
# one at a time, and with a pause between them, for they have one sender
{
	printf '[defaults]\npassword-file = pw\nsmtp-username = probe@lab.example\nsmtp-password-file = pw\nmailfrom = probe@lab.example\n'
	accounts 61 64
} >sender.ini
begun=${EPOCHREALTIME/./}
check "${imap[@]}" "${SMTP[@]}" --accounts sender.ini -t 30
expect 'accounts: one sender' 0 'IMAP OK - 4 end points ok, *'
if ((${EPOCHREALTIME/./} - begun > 6000000)); then
	ok 'accounts: the messages of one sender are spread'
else
	not_ok 'accounts: the messages of one sender are spread' "it took $((${EPOCHREALTIME/./} - begun)) us"
fi
check "${imap[@]}" "${SMTP[@]}" --accounts sender.ini -t 10 --per-server=1 --light
expect 'accounts: one at a time on a server' 0 'IMAP OK - 4 end points ok, *'

# as is usual in an ini file that only the monitoring user may read: the passwords themselves
printf '[many70@lab.example]\npassword = correct-horse\n' >open.ini
chmod 644 open.ini
check "${imap[@]}" --accounts open.ini --light
expect 'accounts: others can read the passwords' 0 'IMAP OK - *open.ini*'
chmod 600 open.ini
check "${imap[@]}" --accounts open.ini --light
expect_not 'accounts: others cannot read the passwords' '*open.ini*'

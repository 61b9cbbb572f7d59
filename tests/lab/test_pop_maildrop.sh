# test_pop_maildrop.sh - check_pop_full and what else is in a maildrop: stale messages, mail of others, locks, 20,000 messages

printf '%s\n' "$PASSWORD" | secret pw
TOKEN=0123456789abcdef0123456789abcdef
OTHER=fedcba9876543210fedcba9876543210

# full USER [ADDRESS:PORT:TYPE] [ARGUMENT...] - a round trip
full()
{
	check check_pop_full "${CA[@]}" "${SMTP[@]}" -U "$1" --password-file pw \
		-H "${2:-127.0.0.1:$LAB_POP3S:SSL}" "${@:3}"
}

# hold USER SECONDS - a session that locks the maildrop for so long; prints a line when it has it
hold()
{
	python3 - "$LAB_POP3S" "$@" "$PASSWORD" <<'END'
import socket, ssl, sys, time
port, user, seconds, password = sys.argv[1:]
context = ssl.create_default_context()
context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
sock = context.wrap_socket(socket.create_connection(("127.0.0.7", int(port))))
lines = sock.makefile("rb")
lines.readline()
for command in "USER " + user, "PASS " + password, "STAT":
    sock.sendall(command.encode() + b"\r\n")
    answer = lines.readline()
print(answer.decode().strip(), flush=True)
time.sleep(float(seconds))
END
}

# Dovecot lets a second session wait for 10 s before it says [IN-USE]: it goes on while the other tests run.
mkfifo held
hold poplocked@lab.example 16 >held &
holder=$!
read -r locked <held
env -i PATH=/usr/bin:/bin "$PROGRAMS/check_pop_full" "${CA[@]}" "${SMTP[@]}" -U poplocked@lab.example \
	--password-file pw -H "127.0.0.7:$LAB_POP3S:SSL" -vvv -o table >waited 2>&1 &
waiter=$!

# ---- stale test messages go, whatever resembles them stays ----

stale=popstale@lab.example
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
before=$(dump $stale)
letter "$subject" "X-Mailflow-Probe: $TOKEN" "Date: $(old_date 25)" | put $stale
letter "$subject" "X-Mailflow-Probe: $TOKEN" "Date: $(old_date 2500)" | put $stale
expect_equal "pop: the maildrop is as the tests want it" 11 "$(count $stale)"
full $stale '' --light=mailbox
expect "pop: the maildrop is opened" 0 'POP OK - * messages=11 *'
full $stale '' --what-if
expect "pop: --what-if" 0 'POP OK - *would *'
expect_equal "pop: neither deletes anything" 11 "$(count $stale)"
full $stale '' --max-age 2400
expect "pop: --max-age 2400" 0 'POP OK - *1 stale test message deleted*'
expect_equal "pop: only what is older than --max-age is deleted" 10 "$(count $stale)"
full $stale
expect "pop: a round trip deletes stale test messages" 0 'POP OK - *1 stale test message deleted*'
expect_equal "pop: lookalikes and fresh ones are still there, byte for byte" "$before" "$(dump $stale)"
for _ in {1..40}; do
	letter "$subject" "X-Mailflow-Probe: $TOKEN" "Date: $(old_date 100)" | put $stale
done
for _ in 1 2 3 4; do
	full $stale
done
expect "pop: a crowd of stale messages" 0 'POP OK - *'
expect_equal "pop: is gone after a few runs, and nothing else" "$before" "$(dump $stale)"

# ---- other people's mail ----

people=poppeople@lab.example
for n in {1..40}; do
	letter "Letter $n" "Date: $(old_date $((n * 100)))" | put $people
done
printf 'Subject: no more than a header\n' | put $people
printf 'Subject: NUL \0 and 8-bit \344 in the header\nDate: %s\n\n.\n..\nNUL \0 in the text\n' "$(old_date 100)" | put $people
{ printf 'Subject: long lines\nX-Long: '; head -c 100000 /dev/zero | tr '\0' x; printf '\n\n'; } | put $people
flag $people '\Deleted' 2,4,6,41
flag $people '\Seen' 3,4
before=$(dump $people | cat -v)
for how in "$LAB_POP3:PLAIN" "$LAB_POP3:TLS" "$LAB_POP3S:SSL"; do
	full $people "127.0.0.1:$how"
	expect "pop: round trip in a maildrop with 43 letters, ${how#*:}" 0 'POP OK - * messages=43 *'
	expect_equal "pop: they are still there, byte for byte, ${how#*:}" "$before" "$(dump $people | cat -v)"
done
full $people '' -t 2 --mailto lost@lab.example
expect "pop: a message that goes elsewhere" 2 'POP CRITICAL - *delivery: *'
expect_equal "pop: they are still there after a failure" "$before" "$(dump $people | cat -v)"

# ---- 20,000 messages ----

[ "$(count smallpop@lab.example)" = 10 ] || "$LAB_TOOL" fill "$LAB_DIR" smallpop@lab.example 10
[ "$(count bigpop@lab.example)" = 20000 ] || "$LAB_TOOL" fill "$LAB_DIR" bigpop@lab.example 20000
list() { "$LAB_TOOL" doveadm "$LAB_DIR" -f tab fetch -u bigpop@lab.example 'uid guid flags' mailbox INBOX ALL | sed 's/ *\\Recent//' | sha256sum; }
before=$(list)
full bigpop@lab.example
expect "pop: round trip in a maildrop of 20,000 messages" 0 'POP OK - * messages=20000 *'

# said USER - in a round trip
said()
{
	least_said 100 "$LAB_POP3" check_pop_full "${SMTP[@]}" "${CA[@]}" -U "$1" --password-file pw \
		-H "127.0.0.1:@$LAB_POP3@:PLAIN"
}
expect_as_little "pop: 20,000 messages cost as many commands as 10, and no more bytes than their longer numbers" 64 \
	"$(said smallpop@lab.example)" "$(said bigpop@lab.example)"
expect_equal "pop: not one of the 20,000 was touched" "$before" "$(list)"

# ---- the maildrop that was locked when all this began ----

wait $holder
CODE=0
wait $waiter || CODE=$?
COMMAND='check_pop_full -o table, against a locked maildrop' OUT=$(<waited) ERR=''
expect_equal "pop: another session had the maildrop" '+OK 0 0' "$locked"
expect "pop: a locked maildrop is waited for" 0 'Server*Success*[IN-USE]*+OK Logged in*'
expect_equal "pop: and nothing is left in it" 0 "$(count poplocked@lab.example)"

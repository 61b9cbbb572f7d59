# test_gateways.sh - messages that are altered on their way, by Postfix's header_checks and by a content filter, and
# messages that are delivered twice

printf '%s\n' "$PASSWORD" | secret pw

# round_trip PROTOCOL USER SMTP-ADDRESS [ARGUMENT...]
round_trip()
{
	local at="127.0.0.1:$LAB_IMAPS:SSL"

	[ "$1" = imap ] || at="127.0.0.1:$LAB_POP3S:SSL"
	check "check_$1_full" "${CA[@]}" --smtp "$3:$LAB_SUBMISSION:TLS" -U "$2" --password-file pw -H "$at" "${@:4}"
}

user_of() { [ "$1" = imap ] && echo altered@lab.example || echo popaltered@lab.example; }

# altered PROTOCOL ADDRESS GATEWAY WHAT - what passes the gateway at this address is told to be altered thus, in any state
altered()
{
	local name=${1^^} user

	user=$(user_of "$1")
	round_trip "$1" "$user" "$2"
	expect "$1: $3" 1 "$name WARNING - 127.0.0.1:* altered on its way ($4)*"
	round_trip "$1" "$user" "$2" --altered=ok
	expect "$1: $3, --altered=ok" 0 "$name OK - 127.0.0.1:* altered on its way ($4)*"
	round_trip "$1" "$user" "$2" --altered=critical
	expect "$1: $3, --altered=critical" 2 "$name CRITICAL - 127.0.0.1:* altered on its way ($4)*"
	expect_equal "$1: $3, and deleted" 0 "$(count "$user")"
}

for protocol in imap pop; do
	altered $protocol 127.0.0.11 'a gateway that tags subjects [EXTERNAL]' 'subject tagged'
	altered $protocol 127.0.0.12 'a gateway that tags subjects ***SPAM***' 'subject tagged'
	altered $protocol 127.0.0.13 'a gateway that strips unknown fields' 'X-Mailflow-Probe lost'
	altered $protocol 127.0.0.14 'a gateway that gives Message-IDs of its own' 'Message-ID replaced'
	altered $protocol 127.0.0.15 'a gateway that encodes texts by base64' 'text changed'
	altered $protocol 127.0.0.16 'a gateway that turns texts into HTML' 'text changed'
	for n in {1..20}; do
		round_trip $protocol "$(user_of $protocol)" "127.0.0.$((11 + n % 6))" --altered=ok
		[ "$CODE" -eq 0 ] || break
	done
	expect "$protocol: twenty runs through gateways" 0 "${protocol^^} OK - *altered*"
	expect_equal "$protocol: leave nothing behind" 0 "$(count "$(user_of $protocol)")"
done

# ---- delivered twice ----

round_trip imap twice@lab.example 127.0.0.1 --mailto both@lab.example
expect "imap: an alias that delivers twice" 1 'IMAP WARNING - 127.0.0.1:* delivered 2 times*'
expect_equal "imap: both are deleted" 0 "$(count twice@lab.example)"
round_trip pop poptwice@lab.example 127.0.0.1 --mailto popboth@lab.example
expect "pop: an alias that delivers twice" 1 'POP WARNING - 127.0.0.1:* delivered 2 times*'
expect_equal "pop: both are deleted" 0 "$(count poptwice@lab.example)"

# late_copy WHEN COMMAND - a second copy comes just before the server hears COMMAND
late_copy()
{
	meddling "$LAB_IMAP" "$2" "$LAB_TOOL" doveadm "$LAB_DIR" copy -u twice@lab.example INBOX mailbox INBOX \
		subject 'Mailflow probe'
	check check_imap_full "${CA[@]}" "${SMTP[@]}" -U twice@lab.example --password-file pw -H "127.0.0.1:$MEDDLER:PLAIN"
	if meddled; then
		expect "imap: a copy that comes $1" 1 'IMAP WARNING - 127.0.0.1:* delivered 2 times*'
	else
		report "imap: a copy that comes $1" "it did not come"
	fi
	expect_equal "imap: is deleted, too, when it comes $1" 0 "$(count twice@lab.example)"
}

late_copy 'before the message is read' 'BODY\.PEEK\[\]'
late_copy 'before the message is marked' 'UID STORE'
late_copy 'before the message is expunged' 'UID EXPUNGE'

# test_round_trips.sh - how many round trips a run takes over a long line: counted, not measured (see tests/bench/long_line.c)

# ---- what counts is counted rightly ----

# A client of its own, and a server that answers at once
read -r port <<<"$("$LAB_TOOL" ports 1)"
"$PROGRAMS/tests/bench/smtp_server" "127.0.0.1:$port" >ready &
server=$!
until grep -qs ready ready; do
	sleep 0.02
done
cat >client <<'END'
import socket, sys, time
port, *acts = sys.argv[1:]
peers = []
for act in acts:
    if act == "begin":
        peers.append(socket.create_connection(("127.0.0.1", int(port))))
    elif act == "sleep":
        time.sleep(0.3)
    elif act == "quit":
        peers[0].sendall(b"QUIT\r\n")
    elif act == "close":
        peers.pop().close()
    else:
        peer = peers[int(act[1])]
        if act[0] == "w":
            peer.sendall(b"NOOP\r\n")
        else:
            assert peer.recv(4096).startswith(b"2")
END

# counts NAME TRIPS ACT... - "begin" a connection, "w0" write a command on the first, "r1" read from the second
counts()
{
	"$PROGRAMS/tests/bench/long_line" line 40 python3 client "@$port@" "${@:3}" || true
	expect_equal "trips: $1" "$2.0" "$(line_count line trips)"
}

counts "a connection that nothing is said on" 0 begin close
counts "a greeting comes after two" 2 begin r0
counts "and an answer after three" 3 begin r0 w0 r0
counts "an answer that nobody reads costs nothing" 2 begin r0 w0
counts "commands in one go cost one, as often as they are read" 3 begin r0 w0 w0 w0 r0
counts "a client that speaks first hears its answer with the greeting" 2 begin w0 r0
counts "what is read is counted, though the connection is closed at once" 3 begin r0 quit r0 close
counts "of two connections at the same time one counts" 3 begin begin r0 r1 w0 w1 r0 r1
counts "of one that was begun ahead only what is left" 4 begin r0 begin w0 r0 w0 r0 r1
counts "one after the other" 4 begin r0 begin r1
counts "what is under way and not awaited does not hold anybody up" 3 begin r0 begin w0 r0
counts "waiting between the commands costs no more" 4 begin r0 w0 r0 sleep w0 r0
expect_equal "trips: but it is a pause" yes "$([ "$(line_count line pauses)" -gt 0 ] && echo yes)"
kill $server
wait $server || true

# what the servers take themselves is known: not that wait of the client's, and so long for a late greeting
expect_equal "trips: the client's own time is not the servers'" yes \
	"$(awk '/^trips/ { line = 40 * $2 } /^wall_ms/ { wall = $2 } /^servers_ms/ { servers = $2 }
		END { print (wall - line - servers >= 299 ? "yes" : servers) }' line)"
read -r port <<<"$("$LAB_TOOL" ports 1)"
"$PROGRAMS/tests/bench/smtp_server" -d 300 "127.0.0.1:$port" >ready-late &
server=$!
until grep -qs ready ready-late; do
	sleep 0.02
done
counts "a late greeting takes two, too" 2 begin r0
expect_equal "trips: the servers' own time" yes "$(line_count line servers_ms | awk '{ print ($1 >= 299 ? "yes" : $1) }')"
kill $server
wait $server || true

# ---- what a run takes ----

printf '%s\n' "$PASSWORD" | secret pw
mailbox=("${CA[@]}" -U trips@lab.example --password-file pw)
imap=(check_imap_full "${mailbox[@]}" -H "127.0.0.1:@$LAB_IMAPS@:SSL")
pop=(check_pop_full "${mailbox[@]}" -H "127.0.0.1:@$LAB_POP3S@:SSL")

# takes NAME MOST PROGRAM ARGUMENT... - the least of some runs: a message that comes late is looked for once more, and a
# busy machine may be late with anything
takes()
{
	local least=''

	for _ in {1..7}; do
		over_line 100 "${@:3}"
		[ "$CODE" -eq 0 ] || break
		least=$( (echo "${least:-999}"; line_count line trips) | sort -n | head -n 1)
		[ "${least%.*}" -gt "$2" ] || break
	done
	if [ "$CODE" -eq 0 ] && [ "${least%.*}" -le "$2" ] && [ "${least#*.}" = 0 ]; then
		ok "trips: $1 takes $2"
	else
		report "trips: $1 takes $2" "round trips: $least"
		sed 's/^/    /' line
	fi
}

takes "an IMAP logon" 4 "${imap[@]}" --light
# CHUNKING takes away the one that waits for 354
takes "a message by SMTP and IMAP" 15 "${imap[@]}" --smtp "127.0.0.18:@$LAB_SUBMISSION@:TLS"
takes "the same with CHUNKING" 14 "${imap[@]}" --smtp "127.0.0.1:@$LAB_SUBMISSION@:TLS"
takes "a message by SMTP and POP3" 19 "${pop[@]}" --smtp "127.0.0.18:@$LAB_SUBMISSION@:TLS"
takes "the same, too, with CHUNKING" 18 "${pop[@]}" --smtp "127.0.0.1:@$LAB_SUBMISSION@:TLS"
takes "a connector, through STARTTLS and EHLO" 6 check_smtp_connectors "${CA[@]}" -H "127.0.0.1:@$LAB_SUBMISSION@:TLS"

# smtp_leg - from the first command to the last one, QUIT, which follows the answer to the message
smtp_leg()
{
	awk -v port="$LAB_SUBMISSION" '$1 == "sent" && $3 == port && $4 { last = $5; if (!n++) first = last }
		END { print last - first }' line
}

for protocol in imap pop; do
	at="$LAB_IMAPS"
	[ $protocol = imap ] || at="$LAB_POP3S"
	over_line 100 check_${protocol}_full "${mailbox[@]}" -H "127.0.0.1:@$at@:SSL" --smtp "127.0.0.1:@$LAB_SUBMISSION@:TLS"
	expect "trips: a message, ${protocol^^}" 0 "${protocol^^} OK - *"
	expect_equal "trips: from EHLO through STARTTLS and the logon to the message's acceptance, ${protocol^^}" 6 "$(smtp_leg)"
done

# test_transport.sh - plaintext, STARTTLS and implicit TLS, over IPv4, IPv6 and by name, light and full; several -H

full=(check_imap_full "${CA[@]}" -U probe@lab.example --password-file pw)
light=("${full[@]}" --light)
printf '%s\n' "$PASSWORD" | secret pw

hosts=(127.0.0.1 localhost)
other=127.0.0.2 # by another address
if [ "$LAB_IPV6" = 1 ]; then
	hosts+=('[::1]')
	other='[::1]'
fi
for host in "${hosts[@]}"; do
	shown=${host/\[/\\[}
	for how in "$LAB_IMAP:PLAIN" "$LAB_IMAP:TLS" "$LAB_IMAPS:SSL"; do
		check "${light[@]}" -H "$host:$how"
		expect "imap: light logon to $host, ${how#*:}" 0 "IMAP OK - $shown:${how%:*} *|*imap_login=*"
		check "${full[@]}" -H "$host:$how" --smtp "$host:$LAB_SUBMISSION:TLS"
		expect "imap: round trip on $host, ${how#*:}" 0 \
			"IMAP OK - $shown:${how%:*} delivered and read in *| total=* delivery=* imap_delete=*"
	done
done
check "${full[@]}" -H "127.0.0.1:$LAB_IMAPS:SSL" --smtp "localhost:$LAB_SMTPS:SSL"
expect "imap: submission by implicit TLS" 0 'IMAP OK - *'
check "${full[@]}" -H "127.0.0.1:$LAB_IMAPS:SSL" --smtp "127.0.0.1:$LAB_SMTP:TLS" --smtp-username ''
expect "imap: handed in without a logon" 0 'IMAP OK - *'
check "${full[@]}" -H "127.0.0.1:$LAB_IMAPS:SSL" --smtp "127.0.0.1:$LAB_PLAINAUTH:PLAIN"
expect "imap: submission in plain text when asked for" 0 'IMAP OK - *'
check "${full[@]}" -H "127.0.0.1:$LAB_IMAPS:SSL" --smtp "127.0.0.1:$LAB_PLAINAUTH:TLS"
expect "imap: submission without STARTTLS is refused by default" 2 'IMAP CRITICAL - *smtp_starttls*'
expect_equal "imap: nothing is left in the mailbox" 0 "$(count probe@lab.example)"

check "${light[@]}" -H 127.0.0.1 -p "$LAB_IMAPS" -T ssl
expect "imap: -p and -T ssl" 0 'IMAP OK - *'
check "${light[@]}" -H 127.0.0.1 -p "$LAB_IMAP" -T plaintext
expect "imap: -p and -T plaintext" 0 'IMAP OK - *'
check "${light[@]}" -H 127.0.0.1 -p "$LAB_IMAP"
expect "imap: -p alone is STARTTLS" 0 'IMAP OK - *imap_starttls=*'
check "${light[@]}" -H "127.0.0.2:$LAB_IMAP:TLS"
expect "imap: a server with LOGINDISABLED before TLS" 0 'IMAP OK - *'
check "${light[@]}" -H "127.0.0.2:$LAB_IMAP:PLAIN"
expect "imap: LOGINDISABLED is honoured in plain text" 2 'IMAP CRITICAL - 127.0.0.2:* imap_login: *'
sleep 0.1
expect_equal "imap: no logon was tried where it is disabled" '' \
	"$(grep 'lip=127.0.0.2' "$LAB_DIR/dovecot.log" | grep 'auth failed' || true)"
check "${light[@]}" -H "127.0.0.1:$LAB_IMAP:SSL" --connection-timeout 5
expect "imap: TLS to a port in plain text" 2 'IMAP CRITICAL - 127.0.0.1:* imap_tls: *'
check "${light[@]}" -H "127.0.0.1:$LAB_CLOSED:TLS"
expect "imap: nothing listens there" 2 'IMAP CRITICAL - 127.0.0.1:* imap_connect: *refused*'
check "${light[@]}" -H "localhost:$LAB_IMAPS:SSL" -6 -v
if getent ahostsv6 localhost | grep -q '^::1 '; then
	expect "imap: -6 goes to the IPv6 address" 0 "IMAP OK - *address: \[::1\]:$LAB_IMAPS*"
else
	expect "imap: -6 never goes to an IPv4 address" 2 "IMAP CRITICAL - * imap_resolve: *"
fi
check "${light[@]}" -H "localhost:$LAB_IMAPS:SSL" -4 -v
expect "imap: -4 goes to the IPv4 address" 0 "IMAP OK - *address: 127.0.0.1:$LAB_IMAPS*"

several=(-H "127.0.0.1:$LAB_IMAPS:SSL" -H "$other:$LAB_IMAP:TLS" -H "localhost:$LAB_IMAP:PLAIN")
check "${full[@]}" "${SMTP[@]}" "${several[@]}"
expect "imap: three end points of one mailbox at once" 0 \
	$'IMAP OK - *\n*127.0.0.1:'"$LAB_IMAPS"$'*\n*'"${other/\[/\\[}:$LAB_IMAP"$'*\n*localhost:'"$LAB_IMAP"'*'
expect_equal "imap: each of them deleted its own" 0 "$(count probe@lab.example)"
check "${light[@]}" "${several[@]}" -H "127.0.0.3:$LAB_IMAPS:SSL"
expect "imap: the worst of four decides, and is named" 2 "IMAP CRITICAL - *127.0.0.3:$LAB_IMAPS*expired*"

# As the engines do: an ordinary user with little more than PATH.
chmod 755 . && chmod 644 pw
install -m 755 "$PROGRAMS/check_imap_full" .
COMMAND='as nobody: check_imap_full'
CODE=0
setpriv --reuid nobody --regid nogroup --clear-groups env -i PATH=/usr/bin:/bin ./check_imap_full "${CA[@]}" \
	-H "127.0.0.1:$LAB_IMAPS:SSL" "${SMTP[@]}" -U probe@lab.example --password-file pw >out 2>err || CODE=$?
OUT=$(<out) ERR=$(<err)
expect "imap: run by an ordinary user" 0 'IMAP OK - *'

# test_cyrus.sh - round trips on Cyrus; LAB_CYRUS is where it is unpacked (see unpack)

if [ -z "${LAB_CYRUS:-}" ]; then
	echo '# skipped: Cyrus is not unpacked'
	exit 0
fi
cyrus=${LAB_TOOL%/lab}/cyrus
trap '"$cyrus" stop "$WORK/cyrus"' EXIT
chmod 755 .
"$cyrus" start "$WORK/cyrus" >ports
# shellcheck source=/dev/null
. ./ports
family CYRUS
family_seen cyrus
family_tells cyrus
family_refuses cyrus
family_folders cyrus INBOX/Other
family_mail cyrus 'STORE 2 +FLAGS (\Deleted)' 'STORE 3 +FLAGS (\Flagged \Seen)'

# ---- logons that are bound to the TLS channel, by tls-unique ----

printf 'wrong\n' | secret pw-wrong

# bound TLS-VERSION PROTOCOL PASSWORD-FILE [ARGUMENT...]
bound()
{
	local port=$LAB_CYRUS_BOUND_IMAPS

	[ "$2" = imap ] || port=$LAB_CYRUS_BOUND_POP3S
	check "$(tls "$1")" "check_$2_full" "${CA[@]}" --light -v -H "127.0.0.1:$port:SSL" -U "$FAMILY_USER" \
		--password-file "$3" "${@:4}"
}

for protocol in imap pop; do
	bound 1.2 $protocol pw
	expect "cyrus: $protocol, the best is bound to the channel" 0 \
		"${protocol^^} OK - *mechanism: SCRAM-SHA-256-PLUS"$'\n*TLS: \(TLS1.2\)*'
	for mechanism in SCRAM-SHA-1-PLUS SCRAM-SHA-256 SCRAM-SHA-1; do
		bound 1.2 $protocol pw --auth=$mechanism
		expect "cyrus: $protocol, $mechanism" 0 "${protocol^^} OK - *mechanism: $mechanism"$'\n*'
	done
	bound 1.2 $protocol pw-wrong --auth=SCRAM-SHA-256-PLUS
	expect "cyrus: $protocol, SCRAM-SHA-256-PLUS, a wrong password" 2 \
		"${protocol^^} CRITICAL - * ${protocol}_login: *\[SCRAM-SHA-256-PLUS\] |*"
	# what it offers under TLS 1.3, too, it does not know there
	bound 1.3 $protocol pw
	expect "cyrus: $protocol, TLS 1.3, SCRAM works unbound" 1 \
		"${protocol^^} WARNING - * SCRAM-SHA-256-PLUS was refused, it works unbound: somebody in between\?*mechanism: SCRAM-SHA-256"$'\n*TLS: \(TLS1.3\)*'
	bound 1.3 $protocol pw --auth=SCRAM-SHA-256
	expect "cyrus: $protocol, TLS 1.3, SCRAM-SHA-256" 0 "${protocol^^} OK - *"
	bound 1.3 $protocol pw-wrong
	expect "cyrus: $protocol, TLS 1.3, a wrong password" 2 "${protocol^^} CRITICAL - * ${protocol}_login: *\[SCRAM-SHA-256\] |*"
	bound 1.3 $protocol pw --auth=SCRAM-SHA-256-PLUS
	expect "cyrus: $protocol, TLS 1.3, SCRAM-SHA-256-PLUS alone" 2 \
		"${protocol^^} CRITICAL - * ${protocol}_login: *\(wrong user or password, or TLS ends at somebody in between\?*"
done

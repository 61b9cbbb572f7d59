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

# bound PROTOCOL PASSWORD-FILE [ARGUMENT...]
bound()
{
	local port=$LAB_CYRUS_BOUND_IMAPS

	[ "$1" = imap ] || port=$LAB_CYRUS_BOUND_POP3S
	check "check_$1_full" "${CA[@]}" --light -v -H "127.0.0.1:$port:SSL" -U "$FAMILY_USER" --password-file "$2" "${@:3}"
}

for protocol in imap pop; do
	bound $protocol pw
	expect "cyrus: $protocol, the best is bound to the channel" 0 \
		"${protocol^^} OK - *mechanism: SCRAM-SHA-256-PLUS"$'\n*TLS: \(TLS1.2\)*'
	for mechanism in SCRAM-SHA-1-PLUS SCRAM-SHA-256 SCRAM-SHA-1; do
		bound $protocol pw --auth=$mechanism
		expect "cyrus: $protocol, $mechanism" 0 "${protocol^^} OK - *mechanism: $mechanism"$'\n*'
	done
	bound $protocol pw-wrong --auth=SCRAM-SHA-256-PLUS
	expect "cyrus: $protocol, SCRAM-SHA-256-PLUS, a wrong password" 2 \
		"${protocol^^} CRITICAL - * ${protocol}_login: *\[SCRAM-SHA-256-PLUS\] |*"
done

# test_dovecot24.sh - logons that are bound to the TLS channel, by tls-exporter and tls-unique, at Dovecot 2.4; LAB_DOVECOT24
# is the root where it is unpacked (see unpack_root)
#
# shellcheck source=servers.sh
. "${LAB_TOOL%/lab}/servers.sh"

if [ -z "${LAB_DOVECOT24:-}" ]; then
	echo '# skipped: Dovecot 2.4 is not unpacked'
	exit 0
fi
read -ra ports <<<"$("$LAB_TOOL" ports 5)"
user=probe@lab.example
mkdir -p "$LAB_DOVECOT24/srv"
dir=$(mktemp -d "$LAB_DOVECOT24/srv/lab.XXXXXX")
trap 'stop_group pid; stop_group relay.pid; rm -rf "$dir"' EXIT

# ---- a Dovecot of its own ----

chmod 755 "$dir"
install -d "$dir"/{run,state}
install -d -o nobody "$dir/home"
install -m 600 "$LAB_DIR/tls/good.key" "$dir/key"
install -m 644 "$LAB_DIR/tls/good.pem" "$dir/certificate"
inside=${dir#"$LAB_DOVECOT24"}
sed -e "s|@DIR@|$inside|g; s|@IMAP@|${ports[0]}|; s|@IMAPS@|${ports[1]}|; s|@POP3@|${ports[2]}|; s|@POP3S@|${ports[3]}|" \
	"${LAB_TOOL%/lab}/dovecot24.conf.in" >"$dir/conf"
inside() { chroot "$LAB_DOVECOT24" "$@"; }
# of the second the server keeps what SCRAM-SHA-256 needs alone, of the third no secret but for plain mechanisms
{
	printf '%s:{PLAIN}%s\n' "$user" "$PASSWORD"
	printf 'scram@lab.example:%s\n' "$(inside /usr/bin/doveadm -c "$inside/conf" pw -s SCRAM-SHA-256 -p "$PASSWORD")"
	printf 'hashed@lab.example:%s\n' "{SHA512-CRYPT}$(openssl passwd -6 "$PASSWORD")"
} >"$dir/passwd"
as_leader pid "$dir/log" chroot "$LAB_DOVECOT24" /usr/sbin/dovecot -F -c "$inside/conf"
await greets "${ports[0]}" "${ports[2]}"

printf '%s\n' "$PASSWORD" | secret pw
printf 'nonsense\n' | secret pw-wrong

# at TLS-VERSION PROTOCOL HOW [ARGUMENT...] - the mailbox is opened
at()
{
	local port=${ports[0]}

	case $2-$3 in
	imap-SSL) port=${ports[1]} ;;
	pop-SSL) port=${ports[3]} ;;
	pop-*) port=${ports[2]} ;;
	esac
	check "$(tls "$1")" "check_$2_full" "${CA[@]}" --light=mailbox -v -H "127.0.0.1:$port:$3" \
		"${@:4}"
}

# ---- each mechanism ----

for version in 1.3 1.2; do
	for protocol in imap pop; do
		for how in SSL TLS; do
			at $version $protocol $how -U $user --password-file pw
			expect "dovecot 2.4: $protocol, $how, the best is bound to the channel of TLS $version" 0 \
				"${protocol^^} OK - *mechanism: SCRAM-SHA-256-PLUS"$'\n'"TLS: (TLS$version)*"
		done
		for mechanism in SCRAM-SHA-256-PLUS SCRAM-SHA-1-PLUS SCRAM-SHA-256 SCRAM-SHA-1 PLAIN; do
			at $version $protocol SSL -U $user --password-file pw --auth=$mechanism
			expect "dovecot 2.4: $protocol, TLS $version, $mechanism" 0 \
				"${protocol^^} OK - *mechanism: $mechanism"$'\n'"TLS: (TLS$version)*"
			at $version $protocol SSL -U $user --password-file pw-wrong --auth=$mechanism
			expect "dovecot 2.4: $protocol, TLS $version, $mechanism, a wrong password" 2 \
				"${protocol^^} CRITICAL - * ${protocol}_login: *\[$mechanism\] |*"
		done
	done
done

# ---- what a refusal leads to ----

for protocol in imap pop; do
	at 1.3 $protocol SSL -U $user --password-file pw-wrong
	expect "dovecot 2.4: $protocol, a wrong password is not shown to the server" 2 \
		"${protocol^^} CRITICAL - * ${protocol}_login: *\[SCRAM-SHA-256\] |*"
	at 1.3 $protocol SSL -U scram@lab.example --password-file pw
	expect "dovecot 2.4: $protocol, a server that holds no password" 0 \
		"${protocol^^} OK - *mechanism: SCRAM-SHA-256-PLUS"$'\n*'
	at 1.3 $protocol SSL -U hashed@lab.example --password-file pw
	expect "dovecot 2.4: $protocol, where the server has no secret for it, the password itself" 0 \
		"${protocol^^} OK - *mechanism: PLAIN"$'\n*'
done

# ---- somebody in between, who has a certificate that is good ----

# between [ARGUMENT...]
between()
{
	check check_imap_full "${CA[@]}" --light -v -H "127.0.0.1:${ports[4]}:SSL" -U $user --password-file pw "$@"
}

as_leader relay.pid relay.log "${LAB_TOOL%/lab}/tls_relay" "${ports[4]}" "${ports[1]}" "$dir/certificate" "$dir/key"
await listens "${ports[4]}"
between --auth=PLAIN
expect "dovecot 2.4: the certificate does not tell of somebody in between" 0 'IMAP OK - *'
between --auth=SCRAM-SHA-256
expect "dovecot 2.4: nor does a logon that is not bound" 0 'IMAP OK - *'
between
expect "dovecot 2.4: one that is does, and he gets no password" 1 \
	'IMAP WARNING - * SCRAM-SHA-256-PLUS was refused, it works unbound: somebody in between\?*mechanism: SCRAM-SHA-256'$'\n*'
between --auth=SCRAM-SHA-256-PLUS
expect "dovecot 2.4: and where it has to be bound it fails" 2 \
	'IMAP CRITICAL - * imap_login: *\(wrong user or password, or TLS ends at somebody in between\?*\[SCRAM-SHA-256-PLUS\]*'

# test_mechanisms.sh - every mechanism of Dovecot, by IMAP and POP3, over TLS and in the clear; client certificates and
# tokens
#
# shellcheck source=servers.sh
. "${LAB_TOOL%/lab}/servers.sh"

read -ra ports <<<"$("$LAB_TOOL" ports 5)"
dir=$WORK/mechanisms
user=probe@lab.example
mkdir -p "$dir"/{run,state,home}
chmod 755 "$WORK" "$dir"
chown nobody "$dir/home"
trap 'stop_group "$dir/pid"; stop_group "$dir/token.pid"' EXIT

# ---- a Dovecot of its own ----

sed -e "s|@DIR@|$dir|; s|@TLS@|$LAB_DIR/tls|; s|@IMAP@|${ports[0]}|; s|@IMAPS@|${ports[1]}|; s|@POP3@|${ports[2]}|" \
	-e "s|@POP3S@|${ports[3]}|" "${LAB_TOOL%/lab}/mechanisms.conf.in" >"$dir/conf"
sed -i "s|@DIR@|$dir|g" "$dir/conf"
printf '%s:{PLAIN}%s\n' "$user" "$PASSWORD" >"$dir/passwd"
# of the next one the server keeps no secret but for plain mechanisms
printf 'hashed@lab.example:%s\n' "{SHA512-CRYPT}$(openssl passwd -6 "$PASSWORD")" >>"$dir/passwd"
printf 'certified@lab.example::::::: nopassword=y\n' >>"$dir/passwd"
printf 'tokeninfo_url = http://127.0.0.1:%s/\nintrospection_mode = auth\nintrospection_url = http://127.0.0.1:%s/\n' \
	"${ports[4]}" "${ports[4]}" >"$dir/oauth2.conf"
printf 'active_attribute = active\nactive_value = true\nusername_attribute = username\n' >>"$dir/oauth2.conf"
sed -i '/tokeninfo/d' "$dir/oauth2.conf"
as_leader "$dir/token.pid" "$dir/token.log" "${LAB_TOOL%/lab}/token_server" "${ports[4]}" a-good-token "$user" \
	"$PASSWORD"
as_leader "$dir/pid" "$dir/log" dovecot -F -c "$dir/conf"
await greets "${ports[0]}" "${ports[2]}"
await listens "${ports[4]}"

# client NAME PURPOSE - a certificate for certified@lab.example
client()
{
	printf 'cn = "certified@lab.example"\nexpiration_days = 30\nsigning_key\n%s\n' "$2" >"$1.template"
	certtool --generate-privkey --key-type=ecdsa --curve=secp256r1 --outfile "$1.key" 2>>certtool.log
	certtool --generate-certificate --load-privkey "$1.key" --template "$1.template" \
		--load-ca-certificate "$LAB_DIR/tls/ca.pem" --load-ca-privkey "$LAB_DIR/tls/ca.key" --outfile "$1.pem" \
		2>>certtool.log
}

printf '%s\n' "$PASSWORD" | secret pw
printf 'nonsense\n' | secret pw-wrong
printf 'a-good-token\n' >token
printf 'a-bad-token\n' >token-bad
chmod 600 pw pw-wrong token token-bad

# at PROTOCOL HOW [ARGUMENT...] - a light logon
at()
{
	local port=${ports[0]}

	case $1-$2 in
	imap-SSL) port=${ports[1]} ;;
	pop-SSL) port=${ports[3]} ;;
	pop-*) port=${ports[2]} ;;
	esac
	check "check_$1_full" "${CA[@]}" --light -v -H "127.0.0.1:$port:$2" "${@:3}"
}

# ---- each mechanism ----

for mechanism in PLAIN LOGIN DIGEST-MD5 CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256 ANONYMOUS; do
	for protocol in imap pop; do
		for how in SSL TLS PLAIN; do
			at $protocol $how -U "$user" --password-file pw --auth="$mechanism"
			expect "$protocol: $mechanism, $how" 0 "${protocol^^} OK - *mechanism: $mechanism"$'\n*'
		done
		[ $mechanism = ANONYMOUS ] || {
			at $protocol SSL -U "$user" --password-file pw-wrong --auth="$mechanism"
			expect "$protocol: $mechanism, a wrong password" 2 "${protocol^^} CRITICAL - * ${protocol}_login: *\[$mechanism\] |*"
		}
	done
done
for mechanism in USER APOP; do
	at pop SSL -U "$user" --password-file pw --auth=$mechanism
	expect "pop: $mechanism" 0 "POP OK - *mechanism: $mechanism"$'\n*'
done

# ---- the choice ----

for protocol in imap pop; do
	at $protocol SSL -U "$user" --password-file pw
	expect "$protocol: the best is taken" 0 "${protocol^^} OK - *mechanism: SCRAM-SHA-256"$'\n*'
	at $protocol SSL -U hashed@lab.example --password-file pw
	expect "$protocol: where the server has no secret for it, the password itself" 0 \
		"${protocol^^} OK - *mechanism: PLAIN"$'\n*'
	at $protocol PLAIN -U hashed@lab.example --password-file pw
	expect "$protocol: but not in the clear" 2 "${protocol^^} CRITICAL - * ${protocol}_login: *\[SCRAM-SHA-256\] |*"
	at $protocol SSL -U "$user" --password-file pw --auth=gssapi,ntlm
	expect "$protocol: what is not offered" 2 "${protocol^^} CRITICAL - * ${protocol}_login: AUTH GSSAPI, NTLM is not offered, only *"
done

# ---- certificates ----

client good tls_www_client
client server tls_www_server
for protocol in imap pop; do
	for how in SSL TLS; do
		at $protocol $how -U certified@lab.example --client-cert good.pem --client-key good.key
		expect "$protocol: EXTERNAL, $how" 0 "${protocol^^} OK - * client_cert_days=@(29|30)*mechanism: EXTERNAL"$'\n*'
	done
	at $protocol SSL -U certified@lab.example --client-cert server.pem --client-key server.key --auth=external
	expect "$protocol: a certificate that is not a client's" 2 "${protocol^^} CRITICAL - *"
	at $protocol PLAIN -U "$user" --password-file pw --client-cert good.pem --client-key good.key --auth=external
	expect "$protocol: no certificate is shown without TLS" 2 "${protocol^^} CRITICAL - * ${protocol}_login: AUTH EXTERNAL is not offered*"
done
chmod 644 good.key
at imap SSL -U certified@lab.example --client-cert good.pem --client-key good.key
expect "imap: a key that others can read" 0 'IMAP OK - *warning: every user of this machine can read good.key'
chmod 600 good.key
at imap SSL -U certified@lab.example --client-cert good.pem --client-key good.key
expect_not "imap: one that they cannot" '*warning*'
at imap SSL -U certified@lab.example --client-cert good.pem --client-key server.key
expect "imap: a key that is another certificate's" 3 'IMAP UNKNOWN - --client-key is not that of *'

# ---- a certificate on a token: PKCS#11 ----

mkdir pkcs11
printf 'directories.tokendir = %s/pkcs11\nlog.level = ERROR\n' "$WORK" >softhsm2.conf
export SOFTHSM2_CONF=$WORK/softhsm2.conf GNUTLS_PIN=geheim-7
softhsm2-util --init-token --free --label lab --pin $GNUTLS_PIN --so-pin $GNUTLS_PIN >pkcs11.log
p11tool --login --write --load-privkey good.key --label probe 'pkcs11:token=lab' >>pkcs11.log 2>&1
p11tool --login --write --load-certificate good.pem --label probe 'pkcs11:token=lab' >>pkcs11.log 2>&1
printf %s $GNUTLS_PIN | secret pin

# on_token PROTOCOL PORT PIN CERTIFICATE [KEY] - where a PIN is wanted, it is as PIN says
on_token()
{
	check SOFTHSM2_CONF="$SOFTHSM2_CONF" "check_$1_full" "${CA[@]}" --light -v -H "127.0.0.1:$2:SSL" \
		-U certified@lab.example --client-cert "$4" --client-key "${5:-$4}?$3"
}

for at in "imap ${ports[1]}" "pop ${ports[3]}"; do
	read -r protocol port <<<"$at"
	on_token "$protocol" "$port" "pin-source=$WORK/pin" 'pkcs11:token=lab;object=probe'
	expect "$protocol: EXTERNAL, certificate and key on a token" 0 \
		"${protocol^^} OK - * client_cert_days=@(29|30)*mechanism: EXTERNAL"$'\n*'
	on_token "$protocol" "$port" "pin-value=$GNUTLS_PIN" good.pem 'pkcs11:token=lab;object=probe;type=private'
	expect "$protocol: EXTERNAL, the key on a token" 0 "${protocol^^} OK - *mechanism: EXTERNAL"$'\n*'
	on_token "$protocol" "$port" pin-value=geheim-8 'pkcs11:token=lab;object=probe'
	expect "$protocol: a wrong PIN" 3 "${protocol^^} UNKNOWN - --client-key: pkcs11:token=lab,object=probe: *PIN*"
	expect_not "$protocol: a wrong PIN is not shown" '*geheim*'
	on_token "$protocol" "$port" pin-value=$GNUTLS_PIN 'pkcs11:token=lab;object=other'
	expect "$protocol: no such certificate on the token" 3 "${protocol^^} UNKNOWN - --client-cert: *not available*"
done
unset GNUTLS_PIN

# ---- tokens ----

for mechanism in OAUTHBEARER XOAUTH2; do
	for protocol in imap pop; do
		for how in SSL TLS; do
			at $protocol $how -U "$user" --oauth-token-file token --auth=$mechanism -vvv
			expect "$protocol: $mechanism, $how" 0 "${protocol^^} OK - *mechanism: $mechanism"$'\n*'
			expect_not "$protocol: $mechanism, $how, the token is not shown" '*good-token*'
		done
		at $protocol SSL -U "$user" --oauth-token-file token-bad --auth=$mechanism
		expect "$protocol: $mechanism, a token that is not active" 2 \
			"${protocol^^} CRITICAL - * ${protocol}_login: status *: \"*\" *mechanism: $mechanism"$'\n*'
	done
done
at imap SSL -U "$user" --oauth-token-file token
expect "imap: with a token it is taken" 0 'IMAP OK - *mechanism: OAUTHBEARER'$'\n*'

# one that mailflow_oauth_token gets, and keeps
mkdir -m 700 tokens
getting="$PROGRAMS/mailflow_oauth_token --token-url=http://127.0.0.1:${ports[4]}/token --client-id=probe --cache=$WORK/tokens"
for protocol in imap pop; do
	at $protocol SSL -U "$user" --oauth-token-command "$getting --client-secret-file=$WORK/pw" -vvv
	expect "$protocol: a token from an endpoint" 0 "${protocol^^} OK - *mechanism: OAUTHBEARER"$'\n*'
	expect_not "$protocol: a token from an endpoint is not shown" '*good-token*'
done
at imap SSL -U "$user" --oauth-token-command "$getting --client-secret-file=$WORK/pw-wrong"
expect "imap: a token that is kept" 0 'IMAP OK - *mechanism: OAUTHBEARER'$'\n*'
at imap SSL -U "$user" --oauth-token-command "$getting --client-secret-file=$WORK/pw-wrong --renew"
expect "imap: a client that the endpoint does not take" 3 'IMAP UNKNOWN - *mailflow_oauth_token: it failed with exit code 1'

# test_certificates.sh - what is wrong with a certificate is named, on every path, and nothing is sent to such a server
#
# shellcheck source=servers.sh
. "${LAB_TOOL%/lab}/servers.sh"

printf '%s\n' "$PASSWORD" | secret pw
light=(check_imap_full -U probe@lab.example --password-file pw --light)
full=(check_imap_full -U probe@lab.example --password-file pw)

# bad NAME ADDRESS WHAT-IS-SAID - by both ways to TLS
bad()
{
	local how

	for how in "$LAB_IMAPS:SSL" "$LAB_IMAP:TLS"; do
		check "${light[@]}" "${CA[@]}" -H "$2:$how"
		expect "imap: $1 certificate, ${how#*:}" 2 "IMAP CRITICAL - $2:${how%:*} imap_tls: *$3*"
		check "${light[@]}" "${CA[@]}" -H "$2:$how" -k
		expect "imap: $1 certificate, ${how#*:}, -k" 0 "IMAP OK - *not verified*"
	done
}

bad "expired" 127.0.0.3 "expired 3 days ago"
bad "wrong-name" 127.0.0.4 "other.lab.example"
bad "self-signed" 127.0.0.5 "self-signed"
bad "unknown CA's" 127.0.0.6 ""
bad "future" 127.0.0.10 "not valid before"
sleep 0.1
expect_equal "imap: only the runs with -k have logged on to them" 10 \
	"$(grep 'imap-login: Info: Login: user=<probe@lab.example>' "$LAB_DIR/dovecot.log" |
		grep -cE 'lip=127\.0\.0\.(3|4|5|6|10),')"

check "${light[@]}" -H "127.0.0.1:$LAB_IMAPS:SSL"
expect "imap: the lab's CA is not trusted by default" 2 'IMAP CRITICAL - *imap_tls: *'
check "${light[@]}" -H "127.0.0.1:$LAB_IMAPS:SSL" --ca-file "$LAB_BUNDLE"
expect "imap: one CA among all of the machine's" 0 'IMAP OK - *'
check "${light[@]}" -H "127.0.0.1:$LAB_IMAPS:SSL" --ca-file "$WORK/missing.pem"
expect "imap: no such CA file" 3 'IMAP UNKNOWN - *missing.pem*'
check "${light[@]}" -H "127.0.0.1:$LAB_IMAPS:SSL" --ca-file pw
expect "imap: a CA file without certificates" 3 'IMAP UNKNOWN - *pw*'

check "${light[@]}" "${CA[@]}" -H "127.0.0.4:$LAB_IMAPS:SSL" --certificate-name other.lab.example
expect "imap: --certificate-name is what must match" 0 'IMAP OK - *'
check "${light[@]}" "${CA[@]}" -H "127.0.0.1:$LAB_IMAPS:SSL" --certificate-name mail.lab.example
expect "imap: --certificate-name for an address" 0 'IMAP OK - *'
check "${light[@]}" "${CA[@]}" -H "127.0.0.1:$LAB_IMAPS:SSL" --certificate-name nothing.lab.example
expect "imap: --certificate-name that is not in it" 2 'IMAP CRITICAL - *nothing.lab.example*'
check "${light[@]}" "${CA[@]}" -H "127.0.0.1:$LAB_IMAPS:SSL" --sni sni.lab.example
expect "imap: --sni brings another certificate, which names another host" 2 'IMAP CRITICAL - *imap_tls: *sni.lab.example*'
check "${light[@]}" "${CA[@]}" -H "127.0.0.1:$LAB_IMAPS:SSL" --sni sni.lab.example --certificate-name sni.lab.example
expect "imap: --sni with --certificate-name" 0 'IMAP OK - *'

check "${light[@]}" "${CA[@]}" -H "127.0.0.9:$LAB_IMAPS:SSL"
expect "imap: a certificate near its end is fine without -D" 0 'IMAP OK - *'
check "${light[@]}" "${CA[@]}" -H "127.0.0.9:$LAB_IMAPS:SSL" -D 30
expect "imap: -D 30 warns of 5 days" 1 'IMAP WARNING - *certificate *[45] days*|*cert_days=[45];30*'
check "${light[@]}" "${CA[@]}" -H "127.0.0.9:$LAB_IMAPS:SSL" -D 30,7
expect "imap: -D 30,7 is critical with 5 days" 2 'IMAP CRITICAL - *certificate *[45] days*|*cert_days=[45];30;7*'
check "${light[@]}" "${CA[@]}" -H "127.0.0.9:$LAB_IMAPS:SSL" -D 3,1
expect "imap: -D 3,1 is content with 5 days" 0 'IMAP OK - *'

check "${light[@]}" "${CA[@]}" -H "127.0.0.9:$LAB_IMAPS:SSL" -D 30%,1%
expect "imap: 5 of 90 days are less than 30% of them" 1 'IMAP WARNING - *certificate *[45] days (warning below 30% of 90 days)*|*cert_days=[45];27*;0.9*'
check "${light[@]}" "${CA[@]}" -H "127.0.0.9:$LAB_IMAPS:SSL" -D 1%
expect "imap: and more than 1% of them" 0 'IMAP OK - *'

check "${light[@]}" "${CA[@]}" -H "127.0.0.9:$LAB_IMAPS:SSL" --certificate-file "$LAB_DIR/tls/expiring.pem"
expect "imap: the certificate of the file is served" 0 'IMAP OK - *'
check "${light[@]}" "${CA[@]}" -H "127.0.0.9:$LAB_IMAPS:SSL" --certificate-file "$LAB_DIR/tls/good.pem"
expect "imap: it was renewed, but the server was not reloaded" 1 'IMAP WARNING - *certificate renewed, but the server was not reloaded*'
check "${light[@]}" "${CA[@]}" -H "127.0.0.3:$LAB_IMAPS:SSL" --certificate-file "$LAB_DIR/tls/good.pem"
expect "imap: that is what to do about one that has expired, too" 2 'IMAP CRITICAL - *expired 3 days ago*it was renewed, but the server was not reloaded*'
check "${light[@]}" "${CA[@]}" -H "127.0.0.1:$LAB_IMAPS:SSL" --certificate-file "$LAB_DIR/tls/expired.pem"
expect "imap: the server has a newer one than the file" 1 'IMAP WARNING - *certificate is newer than that of --certificate-file*'

check "${light[@]}" "${CA[@]}" -H "127.0.0.1:$LAB_IMAPS:SSL" -vv
expect "imap: the chain as it was sent" 0 '*sent 1 of 2: CN=good of the lab, issued by CN=Mail Lab Issuing CA, for mail.lab.example, localhost, *
sent 2 of 2: CN=Mail Lab Issuing CA, issued by CN=Mail Lab Root CA
*OCSP: none stapled*'

# stapled STATUS REVOKED-AT - what a server staples that has asked openssl about its certificate
stapled()
{
	local tls="$LAB_DIR/tls" port server serial

	serial=$(openssl x509 -in "$tls/good.pem" -noout -serial)
	printf '%s\t991231235959Z\t%s\t%s\tunknown\t/CN=x\n' "$1" "$2" "${serial#*=}" >index
	openssl ocsp -index index -CA "$tls/intermediate.pem" -issuer "$tls/intermediate.pem" -cert "$tls/good.pem" \
		-rsigner "$tls/intermediate.pem" -rkey "$tls/intermediate.key" -ndays 30 -respout staple >openssl.log 2>&1
	port=$("$LAB_TOOL" ports 1)
	{ printf '* OK ready\r\n'; sleep 20; } |
		openssl s_server -accept "127.0.0.1:$port" -cert "$tls/good.pem" -key "$tls/good.key" -quiet \
			-cert_chain "$tls/intermediate.pem" -status_file staple >>openssl.log 2>&1 &
	server=$!
	await listens "$port"
	check "${light[@]}" "${CA[@]}" -H "127.0.0.1:$port:SSL" -vv --connection-timeout 2
	kill "$server" 2>/dev/null
}

stapled V ""
expect "imap: a response of OCSP that was stapled" 2 '*OCSP: good, until 20*'
stapled R 260101000000Z
expect "imap: one that says that it has been revoked" 2 'IMAP CRITICAL - *imap_tls: certificate has been revoked *OCSP: revoked, until 20*'

# The certificates of the SMTP server are looked at with the same care.
before=$(accepted)
check "${full[@]}" "${CA[@]}" -H "127.0.0.1:$LAB_IMAPS:SSL" --smtp "127.0.0.3:$LAB_SUBMISSION:TLS"
expect "imap: expired certificate of the SMTP server" 2 'IMAP CRITICAL - *smtp_tls: *expired 3 days ago*'
check "${full[@]}" "${CA[@]}" -H "127.0.0.1:$LAB_IMAPS:SSL" --smtp "127.0.0.4:$LAB_SUBMISSION:TLS"
expect "imap: the SMTP server's certificate has another name" 2 'IMAP CRITICAL - *smtp_tls: *other.lab.example*'
expect_equal "imap: no message went there" "$before" "$(accepted)"
check "${full[@]}" "${CA[@]}" -H "127.0.0.1:$LAB_IMAPS:SSL" --smtp "127.0.0.3:$LAB_SUBMISSION:TLS" -k
expect "imap: -k holds for SMTP too" 0 'IMAP OK - *not verified*'

# test_settings.sh - mailflow_discover settings: each rule against a real directory, DNS, Dovecot and web servers, and what a
# domain publishes by autoconfig
#
# Names of servers are looked up as the machine does, so that /etc/hosts is replaced: in a mount namespace.
#
# shellcheck source=servers.sh
. "${LAB_TOOL%/lab}/servers.sh"
if [ -z "${OWN_NAMES:-}" ]; then
	unshare -m true 2>/dev/null || { echo '# skipped: no mount namespace can be made here'; exit 0; }
	# shellcheck disable=SC2016
	OWN_NAMES=1 exec unshare -m bash -euo pipefail -c '. "$1"; . "$2"' - "$1" "$2"
fi
dir=$WORK/settings
here=${LAB_TOOL%/lab}
mkdir -p "$dir"
chmod 755 "$WORK" "$dir"
trap '"$here/slapd" stop "$dir/ldap"; "$here/slapd" stop "$dir/bare"; "$here/knot" stop "$dir/dns"; for name in same other auto; do stop_group "$dir/$name.pgid"; done
	rm -rf "$dir"' EXIT
"$here/slapd" start "$dir/ldap" published "$LAB_IMAP" "$LAB_IMAPS" "$LAB_POP3" "$LAB_POP3S" >"$dir/env"
# shellcheck source=/dev/null
. "$dir/env"
printf '%s\n' "$LAB_SLAPD_PASSWORD" | secret password

# ---- names and web servers ----

domains=(good known moved down loop stale page broken error huge slow late none)
same=$(free_address 443 127.0.0.{2,7,8})
other=$(free_address 443 127.0.0.{8,7,2})
auto=$(free_address 443 127.0.0.{11..22})
{
	printf '127.0.0.1 localhost mail.lab.example mbx.lab.example a.wild.lab.example b.wild.lab.example\n'
	printf '127.0.0.3 expired.lab.example\n%s web.lab.example\n%s oldweb.lab.example\n' "$same" "$other"
	for name in "${domains[@]}" strange; do
		printf '%s %s.auto.lab.example autoconfig.%s.auto.lab.example\n' "$auto" "$name" "$name"
	done
	printf '127.0.0.1 refused.auto.lab.example\n'
} >"$dir/hosts"
printf 'hosts: files\nservices: files\n' >"$dir/nsswitch.conf"
mount --bind "$dir/hosts" /etc/hosts
mount --bind "$dir/nsswitch.conf" /etc/nsswitch.conf
"$here/knot" start "$dir/dns" 'mail A 127.0.0.1' 'mbx A 127.0.0.1' 'mbx AAAA ::1' 'a.wild A 127.0.0.1' 'b.wild CNAME a.wild' \
	'expired A 127.0.0.3' 'web A 127.0.0.2' 'oldweb A 127.0.0.2' "_imaps._tcp.agreed SRV 0 1 $LAB_IMAPS mail" \
	"_imap._tcp.agreed SRV 0 1 $LAB_IMAP MAIL.lab.example." '_pop3s._tcp.agreed SRV 0 0 0 .' \
	"_imap._tcp.apart SRV 0 1 $LAB_IMAPS mail" >"$dir/env"
# shellcheck source=/dev/null
. "$dir/env"

cat >"$dir/config.xml" <<END
<?xml version="1.0" encoding="UTF-8"?>
<clientConfig version="1.1"><emailProvider id="lab.example">
 <incomingServer type="imap"><hostname>mail.lab.example</hostname><port>$LAB_IMAPS</port><socketType>SSL</socketType></incomingServer>
 <incomingServer type="imap"><hostname>mail.lab.example</hostname><port>$LAB_IMAP</port><socketType>STARTTLS</socketType></incomingServer>
 <outgoingServer type="smtp"><hostname>smtp.lab.example</hostname><port>587</port><socketType>STARTTLS</socketType></outgoingServer>
</emailProvider></clientConfig>
END
{
	printf 'cn = "web"\nexpiration_days = 90\ntls_www_server\nsigning_key\n'
	for name in "${domains[@]}"; do
		printf 'dns_name = %s.auto.lab.example\ndns_name = autoconfig.%s.auto.lab.example\n' "$name" "$name"
	done
} >"$dir/template"
certtool --generate-privkey --key-type=ecdsa --curve=secp256r1 --outfile "$dir/web.key" 2>"$dir/log"
certtool --generate-certificate --load-privkey "$dir/web.key" --template "$dir/template" --outfile "$dir/web.pem" \
	--load-ca-certificate "$LAB_DIR/tls/intermediate.pem" --load-ca-privkey "$LAB_DIR/tls/intermediate.key" 2>>"$dir/log"
cat "$LAB_DIR/tls/intermediate.pem" >>"$dir/web.pem"

# web NAME TLS-DIR CERTIFICATE ADDRESS
web()
{
	local arguments=("${@:2:2}" "$dir/config.xml" "$4")

	[ "$2" != silent ] || arguments=(silent "$4")
	as_leader "$dir/$1.pgid" "$dir/log" "$here/web" "${arguments[@]}"
	until (exec 3<>"/dev/tcp/$4/443") 2>/dev/null; do
		[ ! -s "$dir/$1.pgid" ] || living "$(<"$dir/$1.pgid")" || { cat "$dir/log"; return 1; }
		sleep 0.05
	done
}
web same "$LAB_DIR/tls" good "$same"
web other "$LAB_DIR/tls" sni "$other"
web auto "$dir" web "$auto"

# settings SITE [ARGUMENT...]
settings()
{
	check mailflow_discover settings --domain-controller "127.0.0.1:$LAB_SLAPD" "${CA[@]}" -U "$LAB_SLAPD_USER" \
		--password-file password --resolver "$LAB_DNS" --site "$@"
}

# row SITE SCENARIO ENDPOINT RESULT [WORDS] - of a csv that "settings" printed
row()
{
	if grep -qxE "\"?$3\"?,$1,$2,$4,[0-9.]*,\"?.*${5:-}.*\"?" out; then
		ok "settings: $1: $2, $3: ${4,,}${5:+, $5}"
	else
		report "settings: $1: $2, $3: ${4,,}" "this row was expected: $3,$1,$2,$4,*$5*"
	fi
}

# ---- all is well ----

settings Good
expect 'settings: all is as it is published' 0 'DISCOVER OK - 15 end points ok, *'
settings GoodPop
expect 'settings: the same of POP3' 0 'DISCOVER OK - 11 end points ok, *'
settings Good -o csv
expect 'settings: a row a rule' 0 '*'
expect_equal 'settings: and no other' 16 "$(wc -l <out)"
for rule in binding DNS answer certificate; do
	row Good "IMAP external: $rule" "mail.lab.example:$LAB_IMAPS" Success
	row Good "IMAP external: $rule" "mail.lab.example:$LAB_IMAP" Success
	row Good "IMAP internal: $rule" "mbx.lab.example:$LAB_IMAP" Success
done
row Good 'IMAP external: HTTPS certificate' "mail.lab.example:$LAB_IMAPS" Success
row Good 'IMAP: back end' "mbx.lab.example:$LAB_IMAPS" Success
row Good 'IMAP: front end' "mbx.lab.example:$LAB_IMAPS" Success

# ---- the certificate ----

settings Another
expect 'settings: X509CertificateName is an alternative name' 0 'DISCOVER OK - *'
settings Wildcard
expect 'settings: and a wildcard covers it' 0 'DISCOVER OK - *'
settings Star
expect 'settings: or it is the wildcard itself' 0 'DISCOVER OK - *'
settings Deep
expect 'settings: of one label, no more' 2 'DISCOVER CRITICAL - *a.wild.lab.example:'"$LAB_IMAPS"' imap_tls: certificate is for *, not for x.y.wild.lab.example*'
settings Expired -o csv
expect 'settings: it has expired' 2 '*'
row Expired 'IMAP external: certificate' "expired.lab.example:$LAB_IMAPS" Failure 'certificate expired'
row Expired 'IMAP external: answer' "expired.lab.example:$LAB_IMAPS" Success
settings Web
expect 'settings: the certificate is that of HTTPS' 0 'DISCOVER OK - *'
settings OldWeb -v
expect 'settings: advice where it is another one' 1 \
	'DISCOVER WARNING - *the certificate is not that of HTTPS: one for both is recommended*fault: settings-two-certificates*'

stop_group "$dir/other.pgid"
web other silent '' "$other"
settings OldWeb -t 6
expect 'settings: where HTTPS hangs there is nothing to compare with' 0 'DISCOVER OK - *'

# ---- ports and methods ----

settings Method -o csv
expect 'settings: ports that another method has' 2 '*'
row Method 'IMAP external: binding' "mail.lab.example:$LAB_IMAPS" Failure 'UnencryptedOrTLSBindings of mbx.lab.example have no port'
row Method 'IMAP external: binding' "mail.lab.example:$LAB_IMAP" Failure 'SSLBindings of mbx.lab.example have no port'
row Method 'IMAP external: answer' "mail.lab.example:$LAB_IMAPS" Failure
row Method 'IMAP external: answer' "mail.lab.example:$LAB_IMAP" Failure
settings Odd -o csv
expect 'settings: what is no setting' 2 '*'
row Odd 'IMAP external: binding' 'mbx.lab.example' Failure "a setting is no HOST:PORT:TYPE, TYPE SSL or TLS: mail.lab.example:$LAB_IMAPS:STARTTLS"
row Odd 'IMAP external: DNS' "127.0.0.1:$LAB_IMAPS" Failure 'an address is published, not a name'
settings Halves -o csv
expect 'settings: the back end is not running' 2 '*'
row Halves 'IMAP: back end' 'mbx.lab.example:1' Failure 'Connection refused'
row Halves 'IMAP: front end' "mbx.lab.example:$LAB_IMAPS" Success
settings Front -o csv
expect 'settings: the front end is not running' 2 '*'
row Front 'IMAP: front end' 'mbx.lab.example:1' Failure 'Connection refused'
row Front 'IMAP: back end' "mbx.lab.example:$LAB_IMAPS" Success

# ---- what is wrong with the directory ----

# discover [ARGUMENT...] - the same directory, as a source
discover()
{
	check mailflow_discover ldap --domain-controller "127.0.0.1:$LAB_SLAPD" "${CA[@]}" -U "$LAB_SLAPD_USER" \
		--password-file password "$@"
}

discover --identity mbx.lab.example --print=endpoints -o json
expect 'discover: an identity that several servers have: all are listed' 0 '*'
expect_equal 'discover: each of them' 14 "$(python3 -c 'import json; print(len(json.load(open("out"))["listeners"]))')"
discover --site Ghost --output-file ghost.ini
expect 'discover: a server that is in the directory, but not in DNS' 0 'DISCOVER OK - 1 connector found'
check check_smtp_connectors --connectors ghost.ini "${CA[@]}"
expect 'discover: and its connector cannot be tested' 2 'SMTP CRITICAL - *host name ghost.lab.example does not exist*'
settings Ghost
expect 'settings: nor can the server' 2 'DISCOVER CRITICAL - 0 of 2 end points ok, *host name ghost.lab.example does not exist*'
discover -U "cn=blind,$LAB_SLAPD_BASE" --all-servers
expect_error 'discover: no right to read it' 3 \
	"DISCOVER UNKNOWN - *no Exchange in this forest, or cn=blind,$LAB_SLAPD_BASE may not read it \(*"
settings Nowhere
expect 'settings: a site that is not there' 3 'DISCOVER UNKNOWN - --site: no site "Nowhere", there are: *'
settings Good --password-file nowhere
expect 'settings: no password' 3 'DISCOVER UNKNOWN - *nowhere*'
printf 'wrong\n' | secret wrong
settings Good --password-file wrong
expect 'settings: a wrong password' 2 'DISCOVER CRITICAL - * ldap_login: *'
settings Good -n
expect 'settings: --what-if asks nobody' 0 "DISCOVER OK - 127.0.0.1:$LAB_SLAPD skipped: would read what is published*
ldap_connect: connect to 127.0.0.1:$LAB_SLAPD
ldap_login: *"
"$here/slapd" start "$dir/bare" bare >"$dir/env"
bare=$(sed -n 's/^LAB_SLAPD=//p' "$dir/env")
check mailflow_discover ldap --domain-controller "127.0.0.1:$bare" "${CA[@]}" -U "$LAB_SLAPD_USER" --password-file password
expect_error 'discover: no Exchange in this forest' 3 'DISCOVER UNKNOWN - *no Exchange in this forest, or * may not read it \(it is below *'
"$here/slapd" stop "$dir/bare"

# ---- DNS ----

settings Unknown -o csv
row Unknown 'IMAP external: DNS' "unknown.broken.example:$LAB_IMAPS" Failure 'SERVFAIL'
settings Good --resolver 127.0.0.1:1 -t 10
expect 'settings: a resolver that does not answer tells nothing' 3 'DISCOVER UNKNOWN - *does not answer for m*'
settings Good --domain agreed.lab.example -o csv
expect 'settings: SRV records that say the same' 0 '*'
row Good 'IMAP: SRV records' agreed.lab.example Success
row Good 'IMAP: autoconfig' agreed.lab.example Success
settings Good --domain apart.lab.example
expect 'settings: SRV records with another method' 2 \
	"DISCOVER CRITICAL - *apart.lab.example dns_resolve: _imap._tcp.apart.lab.example says mail.lab.example:$LAB_IMAPS, which no setting publishes*"
settings GoodPop --domain agreed.lab.example
expect 'settings: an SRV record that says that there is no service' 0 'DISCOVER OK - *'

# ---- autoconfig ----

published() { settings "$1" --domain "$2.auto.lab.example" "${@:3}"; }

for name in good known moved late none page absent refused; do
	published Good $name -t 5
	expect "settings: autoconfig, $name" 0 'DISCOVER OK - 17 end points ok, *'
done
published Good good -v
expect 'settings: what it says is what is published' 0 '*good.auto.lab.example*http_fetch*'
published GoodPop good
expect 'settings: autoconfig that knows nothing of POP3' 0 'DISCOVER OK - *'
published Good stale
expect 'settings: autoconfig with another server' 2 \
	"DISCOVER CRITICAL - *stale.auto.lab.example http_fetch: autoconfig of stale.auto.lab.example says old.lab.example:$LAB_IMAPS:SSL, which no setting publishes*"
while IFS=: read -r name words; do
	published Good "$name" -v
	expect "settings: autoconfig, $name" 1 \
		"DISCOVER WARNING - *$name.auto.lab.example*clients cannot read it: *$words*fault: settings-autoconfig*"
done <<-'END'
	strange:certificate
	down:http
	loop:redirects
	broken:config-v1.1.xml: line *
	error:status 503
	huge:larger than 1048576 bytes
END
published Good slow -o csv -t 5
expect 'settings: autoconfig, slow' 1 '*slow.auto.lab.example,Good,IMAP: autoconfig,Success,*clients cannot read it*timed out*'

# ---- formats ----

for format in table csv json html openmetrics; do
	published Good stale -o $format
	expect "settings: $format has the rule that is broken" 2 '*IMAP: autoconfig*'
done
check mailflow_discover settings --domain-controller "127.0.0.1:$LAB_SLAPD" "${CA[@]}" -U "$LAB_SLAPD_USER" \
	--password-file password --resolver "$LAB_DNS" --site Good --output-file report.html -o html
expect 'settings: a file, and a status line' 0 'DISCOVER OK - 15 end points ok, *'

# ---- the source of that name ----

autoconfig() { check mailflow_discover autoconfig "$1.auto.lab.example" "${CA[@]}" "${@:2}"; }
for name in good known moved; do
	autoconfig $name
	expect "autoconfig: $name" 0 "mail.lab.example:$LAB_IMAPS:SSL
mail.lab.example:$LAB_IMAP:TLS"
done
autoconfig late -t 5
expect 'autoconfig: the first place is slow' 0 "mail.lab.example:$LAB_IMAPS:SSL*"
while IFS=: read -r name code words; do
	autoconfig "$name" -t 4
	expect_error "autoconfig: $name" "$code" "DISCOVER * - $words"
done <<-'END'
	none:2:https://autoconfig.none.auto.lab.example/mail/config-v1.1.xml: status 404*
	page:2:https://autoconfig.page.auto.lab.example/mail/config-v1.1.xml: line *\(it is a page for people\)
	absent:2:https://autoconfig.absent.auto.lab.example: *esolve*
	strange:2:https://autoconfig.strange.auto.lab.example: *certificate*
	down:2:https://autoconfig.down.auto.lab.example: *http*
	loop:2:https://autoconfig.loop.auto.lab.example: *redirects*
	broken:2:https://autoconfig.broken.auto.lab.example/mail/config-v1.1.xml: line *
	error:2:https://autoconfig.error.auto.lab.example/mail/config-v1.1.xml: status 503*
	huge:2:https://autoconfig.huge.auto.lab.example: its answer is larger than 1048576 bytes
	slow:2:https://autoconfig.slow.auto.lab.example: *timed out*
END
check mailflow_discover autoconfig good.auto.lab.example
expect_error 'autoconfig: a CA that is not trusted' 2 'DISCOVER CRITICAL - https://autoconfig.good.auto.lab.example: *certificate*--ca-file\)'

# test_discover.sh - mailflow_discover reads a real Active Directory (Samba's), and OpenLDAP
#
# shellcheck source=servers.sh
. "${LAB_TOOL%/lab}/servers.sh"
dir=$WORK/discover
here=${LAB_TOOL%/lab}
mkdir -p "$dir"
trap '"$here/samba" stop "$dir/ad"; "$here/slapd" stop "$dir/people"; "$here/slapd" stop "$dir/large"; "$here/knot" stop "$dir/dns"; rm -rf "$dir"' EXIT
"$here/samba" start "$dir/ad" >"$dir/env"
# shellcheck source=/dev/null
. "$dir/env"
printf '%s\n' "$LAB_AD_PASSWORD" | secret password
printf 'wrong\n' | secret wrong
LOGON=(-U administrator@lab.example --password-file password)

# discover [ARGUMENT...] - the directory of "samba", with StartTLS
discover() { check mailflow_discover ldap --domain-controller "$LAB_AD" "${CA[@]}" "${LOGON[@]}" "$@"; }

# ---- servers and connectors ----

discover
expect 'discover: receive connectors of the local site' 0 "\[Client Frontend MBX01\]
server = mbx01.lab.example
bindings = 0.0.0.0:587, \[::\]:587
connection-type = tls
fqdn = mbx01.lab.example
require = SIZE>=37748736

\[Client Proxy MBX01\]*bindings = 0.0.0.0:465, \[::\]:465
connection-type = tls
*\[Default Frontend MBX01\]*\[Default MBX01\]*\[Off MBX02\]
enabled = no
reason = it is switched off in the directory
*\[Printers MBX02\]
# this host is in none of its 1600 RemoteIPRanges: *\[Relay MBX02\]
server = mbx02.lab.example
bindings = 127.0.0.1:25, \[fe80::1%3\]:26, \[::\]:2525
*"
expect_not 'discover: not those of another site' '*EX-BRANCH*'
first=$OUT
discover
expect_equal 'discover: the same bytes again' "$first" "$OUT"
printf '%s\n' "$OUT" >connectors.ini
check check_smtp_connectors --connectors connectors.ini -n "${CA[@]}"
expect_not 'discover: check_smtp_connectors can read it' 'SMTP UNKNOWN *'


# ---- identities ----

# of_server ATTRIBUTE - of MBX02, as LDIF has it
of_server()
{
	LDAPTLS_CACERT=$LAB_CA ldapsearch -LLL -o ldif-wrap=no -x -ZZ -H "ldap://$LAB_AD" -D administrator@lab.example \
		-w "$LAB_AD_PASSWORD" -b "CN=Configuration,$LAB_AD_BASE" '(&(objectClass=msExchExchangeServer)(cn=MBX02))' "$1" |
		sed -n "s/^$1::* //p"
}

guid=$(of_server objectGUID | base64 -d | python3 -c 'import sys, uuid; print(uuid.UUID(bytes_le=sys.stdin.buffer.read()))')
for identity in MBX02 mbx02 mbx02.lab.example "$(of_server distinguishedName)" "$(of_server legacyExchangeDN)" "$guid" \
	"{${guid^^}}"; do
	discover --print=endpoints --identity "$identity"
	expect "discover: --identity $identity" 0 $'mbx02.lab.example:993:SSL\nmbx02.lab.example:143:TLS'
done
discover --print=endpoints --identity MBX02 --identity EX-BRANCH --identity "$guid"
expect 'discover: several identities, one of them twice' 0 \
	$'ex.branch.lab.example:993:SSL\nex.branch.lab.example:143:TLS\nmbx02.lab.example:993:SSL\nmbx02.lab.example:143:TLS'
discover --identity 'MBX0*'
expect_error 'discover: an identity is no pattern' 3 'DISCOVER UNKNOWN - --identity: no Exchange server "MBX0\*" \(*'
discover --identity "CN=MBX09,CN=Servers,$LAB_AD_BASE"
expect_error 'discover: a DN that is not there' 3 'DISCOVER UNKNOWN - --identity: no Exchange server "CN=MBX09*'
discover --print=endpoints --site branch
expect 'discover: --site' 0 $'ex.branch.lab.example:993:SSL\nex.branch.lab.example:143:TLS'
discover --site Nowhere
expect_error 'discover: a site that is not there' 3 \
	'DISCOVER UNKNOWN - --site: no site "Nowhere", there are: Branch, Default-First-Site-Name'
discover --print=endpoints --all-servers
expect 'discover: --all-servers' 0 'ex.branch.lab.example:993:SSL*mbx01.lab.example:143:TLS*mbx02.lab.example:143:TLS'

# ---- settings ----

discover --print=endpoints --view=external
expect 'discover: external settings, an empty type is TLS' 0 $'mail.lab.example:993:SSL\nmail.lab.example:143:TLS'
discover --print=endpoints --service=pop --view=back-end
expect 'discover: back ends' 0 'mbx01.lab.example:1995:SSL'
discover --print=endpoints --service=smtp --identity MBX02
expect 'discover: end points of connectors that are on' 0 \
	$'127.0.0.1:25:TLS\n\[fe80::1%3\]:26:TLS\nmbx02.lab.example:2525:TLS\nmbx02.lab.example:10025:TLS'
discover -o json
expect 'discover: JSON' 0 '{*"x509_certificate_name": "mail.lab.example"*'
expect_equal 'discover: JSON can be read' 8 "$(python3 -c 'import json; print(len(json.load(open("out"))["connectors"]))')"

# ---- mailboxes ----

discover --print=accounts
expect 'discover: mailboxes' 0 '\[ada@lab.example\]
endpoint = mbx01.lab.example:993:SSL

\[ben@lab.example\]
enabled = no
reason = IMAP4 is switched off for this mailbox
endpoint = mbx02.lab.example:993:SSL

\[cy@lab.example\]
endpoint = mbx02.lab.example:993:SSL

\[dan@lab.example\]
enabled = no
reason = the account is disabled
*'
expect_not "discover: Exchange's own mailboxes are left alone" '*HealthMailbox*'
discover --print=accounts --back-ends --mailbox-filter '(sAMAccountName=ada)'
expect 'discover: where the front end finds the mailbox' 0 '\[ada@lab.example\]
endpoint = mbx01.lab.example:993:SSL
back-end = mbx01.lab.example:1993:SSL'
discover --print=accounts --back-ends --mailbox-filter \
	'(|(userPrincipalName=ada\40lab\2eexample)(mail=ada\40lab\2eexample)(proxyAddresses=smtp:ada\40lab\2eexample))'
expect 'discover: the server that holds it, as --back-end=home asks' 0 '\[ada@lab.example\]
endpoint = *
back-end = mbx01.lab.example:1993:SSL'
discover --print=accounts --service=pop --identity MBX02
expect 'discover: mailboxes of a server, for POP' 0 '\[ben@lab.example\]

\[cy@lab.example\]
enabled = no
reason = POP3 is switched off for this mailbox*'
expect_not 'discover: mailboxes of a server, not others' '*ada@*'
discover --print=accounts --mailbox-filter '(sAMAccountName=c*)' --all-servers
expect 'discover: --mailbox-filter' 0 '\[cy@lab.example\]*'
discover --print=accounts --database DB01
expect_not 'discover: --database' '*ben@*'
discover --print=accounts --database DB09
expect_error 'discover: a database that is not there' 3 'DISCOVER UNKNOWN - --database: no database "DB09" *'
"$here/samba" fill "$dir/ad" 2000
discover --print=accounts
expect_equal 'discover: 2,000 mailboxes, page after page' 2004 "$(grep -c '^\[' out)"
mailboxes=$OUT
discover --print=accounts
expect_equal 'discover: the same bytes of them again' "$mailboxes" "$OUT"

# ---- how to log on ----

check mailflow_discover ldap --domain-controller "$LAB_AD:636" --print=endpoints "${CA[@]}" "${LOGON[@]}"
expect 'discover: LDAPS' 0 'mbx01.lab.example:993:SSL*'
check mailflow_discover ldap --domain-controller "$LAB_AD:PLAIN" --print=endpoints "${LOGON[@]}"
expect_error 'discover: a type where the port should be' 3 'DISCOVER UNKNOWN - --domain-controller: *'
check mailflow_discover ldap --domain-controller "$LAB_AD:389:PLAIN" --print=endpoints "${LOGON[@]}"
expect_error 'discover: the directory wants TLS' 2 'DISCOVER CRITICAL - *ldap_login: *\(the server wants TLS: *'
check mailflow_discover ldap --domain-controller "$LAB_AD" "${LOGON[@]}"
expect_error 'discover: a CA that is not trusted' 2 'DISCOVER CRITICAL - * ldap_tls: root not trusted: *'
check mailflow_discover ldap --domain-controller "$LAB_AD" "${CA[@]}" -U administrator@lab.example --password-file wrong
expect_error 'discover: a wrong password' 2 'DISCOVER CRITICAL - * ldap_login: *wrong user or password*'
"$here/samba" tool "$dir/ad" user create late Correct-horse.2 >"$dir/log"
"$here/samba" tool "$dir/ad" user setexpiry late --days=0 >"$dir/log"
printf 'Correct-horse.2\n' | secret late
check mailflow_discover ldap --domain-controller "$LAB_AD" "${CA[@]}" -U late@lab.example --password-file late
expect_error 'discover: an account that has expired' 2 'DISCOVER CRITICAL - *account has expired*'
check mailflow_discover ldap --domain-controller "$LAB_AD" "${CA[@]}"
expect_error 'discover: without a user' 2 'DISCOVER CRITICAL - *\(the server answers nobody who has not logged on: give -U\)*'

# kerberos ARGUMENT... - as a user who has a ticket or none
kerberos()
{
	check LSAN_OPTIONS="suppressions=${LAB_TOOL%/lab/lab}/lsan.supp:print_suppressions=0" KRB5_CONFIG="$dir/ad/krb5.conf" \
		KRB5CCNAME="$dir/tickets" mailflow_discover ldap --print=endpoints --auth=gssapi "$@"
}

"$here/samba" tool "$dir/ad" spn add "ldap/$LAB_AD" 'DC1$' >"$dir/log"
kerberos --domain-controller "$LAB_AD"
expect_error 'discover: GSSAPI without a ticket' 2 'DISCOVER CRITICAL - *no Kerberos ticket? *'
printf '%s\n' "$LAB_AD_PASSWORD" | KRB5_CONFIG=$dir/ad/krb5.conf KRB5CCNAME=$dir/tickets kinit administrator >"$dir/log" 2>&1
kerberos --domain-controller "$LAB_AD"
expect 'discover: GSSAPI' 0 'mbx01.lab.example:993:SSL*'
kerberos --domain-controller "$LAB_AD:636" "${CA[@]}"
expect_error 'discover: GSSAPI within TLS' 2 'DISCOVER CRITICAL - *the server takes no GSSAPI within TLS \(*'

# ---- files ----

printf 'old\n' >file
discover --identity Nobody --output-file file
expect 'discover: an error, and the file stays' 3 'DISCOVER UNKNOWN - *'
expect_equal 'discover: as it was' old "$(<file)"
discover --output-file file
expect 'discover: --output-file' 0 'DISCOVER OK - 8 connectors found'
expect_equal 'discover: and it is there' "$first" "$(<file)"
discover --output-file /nowhere/file
expect 'discover: a file that cannot be written' 3 'DISCOVER UNKNOWN - --output-file: cannot write /nowhere/file: *'

# ---- what is published, and what is there ----

printf '%s\n' "$LAB_AD_PASSWORD" | secret password
"$here/exchange_directory" local "$LAB_AD_BASE" "$LAB_IMAP" "$LAB_IMAPS" "$LAB_POP3" "$LAB_POP3S" | LDAPTLS_CACERT=$LAB_CA \
	ldapadd -x -ZZ -H "ldap://$LAB_AD" -D administrator@lab.example -w "$LAB_AD_PASSWORD" >"$dir/log" 2>&1
discover --site Here --output-file file
expect 'discover: bindings that are none are left out, and told' 1 'DISCOVER WARNING - 1 connector found; connector Odd LOCAL *
connector Odd LOCAL of localhost: binding "mail.lab.example:25" is to begin with an address, such as 0.0.0.0:25'
expect_equal 'discover: and the others are there' 'bindings = 127.0.0.1:25' "$(grep bindings file)"
"$here/knot" start "$dir/dns" >"$dir/env"
# shellcheck source=/dev/null
. "$dir/env"
settings()
{
	check mailflow_discover settings --domain-controller "$LAB_AD" "${CA[@]}" "${LOGON[@]}" --resolver "$LAB_DNS" --site Here "$@"
}
settings
expect 'settings: what is not as it is published is CRITICAL' 2 "DISCOVER CRITICAL - *end points ok*
CRITICAL - localhost:$LAB_POP3S pop_tls: certificate is for *not for other.lab.example*
CRITICAL - localhost:9995: SSLBindings of localhost have no port 9995: 127.0.0.1:$LAB_POP3S
CRITICAL - localhost:9995 pop_connect: Connection refused *
CRITICAL - nowhere.lab.example:$LAB_POP3 dns_resolve: nowhere.lab.example has no address in DNS
*CRITICAL - localhost:1 pop_connect: Connection refused *"
expect_equal 'settings: and nothing of IMAP' '' "$(grep -E '^(CRITICAL|WARNING|UNKNOWN) - .* imap' out || true)"
settings -o csv
for rule in "localhost:$LAB_IMAPS,Here,IMAP external: binding,Success" "localhost:$LAB_IMAPS,Here,IMAP external: DNS,Success" \
	"localhost:$LAB_IMAP,Here,IMAP external: answer,Success" "localhost:$LAB_IMAP,Here,IMAP external: certificate,Success" \
	"localhost:$LAB_IMAPS,Here,IMAP: back end,Success" "localhost:9995,Here,POP external: binding,Failure"; do
	expect "settings: a row a rule: ${rule#*Here,}" 2 "*$rule,*"
done
settings --domain lab.example -o csv
expect 'settings: SRV records that name something else' 2 \
	'*,IMAP: SRV records,Failure,*"dns_resolve: _imaps._tcp.lab.example says mail.lab.example:993, which no setting publishes"*'
settings -t 20 --identity EX-BRANCH
expect 'settings: where none are published the back end is tested' 2 'DISCOVER CRITICAL - 0 of 2 end points ok, *
CRITICAL - ex.branch.lab.example:1993 *'

# ---- what servers do rarely ----

for mode in range drop refer; do
	read -r port <<<"$("$LAB_TOOL" ports 1)"
	as_leader "$dir/$mode.pgid" "$dir/log" "$here/ldap_server" "$port" $mode
	await listens "$port"
	check mailflow_discover ldap --domain-controller "127.0.0.1:$port:PLAIN" --all-servers
	case $mode in
	range) expect 'discover: values that come in parts' 0 \
		'*bindings = 0.0.0.0:25, 0.0.0.0:587, 0.0.0.0:2525, 0.0.0.0:10025, 0.0.0.0:10026*' ;;
	drop) expect_error 'discover: a connection that ends between two pages' 2 \
		'DISCOVER CRITICAL - 127.0.0.1:* ldap_search: server closed the connection*' ;;
	refer) expect 'discover: referrals are not followed' 0 '\[One MBX01\]*' ;;
	esac
	stop_group "$dir/$mode.pgid"
done

# ---- OpenLDAP ----

"$here/slapd" start "$dir/people" >"$dir/env"
# shellcheck source=/dev/null
. "$dir/env"
printf '%s\n' "$LAB_SLAPD_PASSWORD" | secret password
people() { check mailflow_discover ldap --domain-controller "127.0.0.1:$LAB_SLAPD" "${CA[@]}" --password-file password "$@"; }
people -U "$LAB_SLAPD_USER" --print=accounts --mailbox-filter '(objectClass=inetOrgPerson)'
expect 'discover: OpenLDAP, mailboxes' 0 $'\\[ada@lab.example\\]\n\n\\[ben@lab.example\\]'
people -U "$LAB_SLAPD_USER" --print=accounts --mailbox-filter '(objectClass=inetOrgPerson)' --mail-attribute=uid
expect 'discover: OpenLDAP, --mail-attribute' 0 $'\\[ada\\]\n\n\\[ben\\]\n\n\\[nomail\\]'
people -U "$LAB_SLAPD_USER"
expect_error 'discover: OpenLDAP has no Exchange' 3 'DISCOVER UNKNOWN - no Exchange here: *'
people -U "cn=blind,$LAB_SLAPD_BASE" --print=accounts --mailbox-filter '(objectClass=*)'
expect_error 'discover: OpenLDAP, no rights' 3 'DISCOVER UNKNOWN - *'
people -U "$LAB_SLAPD_USER" --print=accounts --mailbox-filter '(objectClass=inetOrgPerson'
expect_error 'discover: OpenLDAP, a filter that does not end' 3 'DISCOVER UNKNOWN - *a filter is such as *'
people -U ada --print=accounts --mailbox-filter '(objectClass=*)'
expect_error 'discover: OpenLDAP wants a DN' 2 'DISCOVER CRITICAL - *this directory wants the DN of the user*'

# ---- a large one ----

"$here/slapd" start "$dir/large" large >"$dir/env"
# shellcheck source=/dev/null
. "$dir/env"
servers='cn=Servers,cn=Exchange Administrative Group (FYDIBOHF23SPDLT),cn=Administrative Groups,cn=Lab Organisation,cn=Microsoft Exchange'
servers+=",cn=Services,cn=Configuration,$LAB_SLAPD_BASE"
large() { people -U "$LAB_SLAPD_USER" "$@"; }
large
expect_equal 'discover: 2,500 connectors of 500 servers' 2500 "$(grep -c '^\[' out)"
large --print=accounts
expect_equal 'discover: 100,000 mailboxes' 100000 "$(grep -c '^\[' out)"

# what it takes of this machine: seconds of processor time, and MiB
read -r seconds mebibytes <<<"$(python3 - "$PROGRAMS/mailflow_discover" "127.0.0.1:$LAB_SLAPD" "$LAB_SLAPD_USER" "$LAB_CA" <<'END'
import os, resource, subprocess, sys
subprocess.run([sys.argv[1], "ldap", "--domain-controller", sys.argv[2], "-U", sys.argv[3], "--ca-file", sys.argv[4],
                "--password-file", "password", "--print=accounts", "--output-file=large"], stdout=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(round(used.ru_utime + used.ru_stime, 2), round(used.ru_maxrss / 1024))
END
)"
expect_equal 'discover: the same bytes of 100,000 again' "$(md5sum <out)" "$(md5sum <large)"
if grep -q __asan_init "$PROGRAMS/mailflow_discover"; then
	echo '# not measured: built with sanitizers'
elif awk -v s="$seconds" -v m="$mebibytes" 'BEGIN { exit !(s <= 3 && m <= 100) }'; then
	ok 'discover: 100,000 mailboxes in 3 s of processor time and 100 MiB'
else
	not_ok 'discover: 100,000 mailboxes in 3 s of processor time and 100 MiB' "$seconds s, $mebibytes MiB"
fi

# what is no name of a host would make the whole file one that no plugin reads
ldapmodify -x -H "ldap://127.0.0.1:$LAB_SLAPD" -D "$LAB_SLAPD_USER" -w "$LAB_SLAPD_PASSWORD" >"$dir/log" <<END
dn: cn=EX000,$servers
changetype: modify
replace: networkAddress
networkAddress: ncacn_ip_tcp:ex;000.lab.example

dn: cn=Default EX000,cn=SMTP Receive Connectors,cn=Protocols,cn=EX000,$servers
changetype: modify
replace: msExchSMTPReceiveConnectorFQDN
msExchSMTPReceiveConnectorFQDN: ex 000.lab.example
END
large --identity EX000 --output-file=names
expect 'discover: an FQDN that is none' 1 'DISCOVER WARNING - 5 connectors found; connector Default EX000 of EX000: its FQDN "ex 000.lab.example" is no name of a host'
check check_smtp_connectors --connectors=names --what-if
expect 'discover: the rest can be tested' 0 'SMTP OK - 10 end points skipped*'

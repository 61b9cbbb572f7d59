# test_discover_dns.sh - mailflow_discover asks a real DNS server: MX, SRV, and what can be wrong with them
dir=$WORK/discover_dns
here=${LAB_TOOL%/lab}
mkdir -p "$dir"
trap '"$here/knot" stop "$dir/dns"; "$here/slapd" stop "$dir/large"; rm -rf "$dir"' EXIT
"$here/slapd" start "$dir/large" large >"$dir/env"
# shellcheck source=/dev/null
. "$dir/env"
"$here/knot" start "$dir/dns" "_ldap._tcp.dc._msdcs SRV 0 1 1 localhost." \
	"_ldap._tcp.dc._msdcs SRV 10 1 $LAB_SLAPD localhost." \
	"_ldap._tcp.Main._sites.dc._msdcs SRV 0 1 $LAB_SLAPD localhost." >"$dir/env"
# shellcheck source=/dev/null
. "$dir/env"
printf '%s\n' "$LAB_SLAPD_PASSWORD" | secret password

discover() { check mailflow_discover "$@" --resolver "$LAB_DNS"; }

discover mx lab.example
expect 'mx: every address of every exchanger' 0 '\[mx1.lab.example\]
server = mx1.lab.example
bindings = 127.0.0.1:25, 127.0.0.2:25, \[::1\]:25
connection-type = tls

\[mx2.lab.example\]
server = mx2.lab.example
bindings = 127.0.0.3:25
connection-type = tls'
discover mx lab.example -6
expect_not 'mx: of one family' '*127.0.0.1*'
discover mx lab.example --print=endpoints --service=smtp
expect 'mx: end points' 0 $'mx1.lab.example:25:TLS\nmx2.lab.example:25:TLS'
discover mx plain.lab.example
expect "mx: without an MX the domain's own host" 0 $'\\[plain.lab.example\\]\n# there is no MX: *bindings = 127.0.0.1:25*'
discover mx bücher.lab.example --print=endpoints --service=smtp
expect 'mx: a domain beyond ASCII' 0 'mx2.lab.example:25:TLS'
discover srv bücher.lab.example --print=endpoints
expect 'srv: a domain beyond ASCII' 0 'mail.lab.example:993:SSL'
discover mx $'b\xfccher.lab.example'
expect_error 'mx: not UTF-8' 3 'DISCOVER UNKNOWN - *can be no name in DNS'
discover mx null.lab.example
expect_error 'mx: null MX' 3 'DISCOVER UNKNOWN - null.lab.example takes no mail: its MX is null \(RFC 7505\)'
discover mx nowhere.lab.example
expect_error 'mx: no such domain' 2 'DISCOVER CRITICAL - *nowhere.lab.example has neither MX nor address in DNS'
discover mx loop.lab.example
expect_error 'mx: a loop of CNAMEs' 3 'DISCOVER UNKNOWN - * answers SERVFAIL for loop1.lab.example (*loop of CNAMEs\?)'
discover mx broken.example
expect_error 'mx: SERVFAIL' 3 'DISCOVER UNKNOWN - * answers SERVFAIL for broken.example *'
discover mx odd.lab.example --output-file file
expect 'mx: an exchanger without address, and one that is a CNAME' 1 'DISCOVER WARNING - 2 connectors found; alias.lab.example, *
nowhere.lab.example, an exchanger of odd.lab.example, has no address'
expect_equal 'mx: the one is off' 1 "$(grep -c '^enabled = no' file)"
discover mx spoilt.lab.example --print=endpoints --service=smtp --output-file file
expect 'mx: an exchanger that is no name of a host' 1 'DISCOVER WARNING - 1 end point found; mx\\;3.lab.example, to which spoilt.lab.example leads, is no name of a host'
discover srv spoilt.lab.example --print=endpoints --output-file file
expect 'srv: no name of a host, and no port' 1 'DISCOVER WARNING - 1 end point found; *_imap._tcp.spoilt.lab.example leads to mail.lab.example at port 0*'
expect_equal 'srv: what is left' mail.lab.example:993:SSL "$(cat file)"
check mailflow_discover mx lab.example --resolver 127.0.0.1:1 -t 2
expect_error 'mx: a resolver that does not answer' 3 'DISCOVER UNKNOWN - *the resolver 127.0.0.1:1 does not answer for lab.example'
check mailflow_discover mx lab.example --resolver dns.example
expect_error 'mx: a resolver is an address' 3 'DISCOVER UNKNOWN - *--resolver: "dns.example" is no address*'

discover srv lab.example --print=endpoints
expect 'srv: IMAP' 0 $'mail.lab.example:993:SSL\nmail.lab.example:143:TLS\nmail.lab.example:1143:TLS'
discover srv lab.example --print=endpoints --service=pop
expect 'srv: POP3, and one that is not there (.)' 0 'mail.lab.example:995:SSL'
discover srv lab.example
expect 'srv: where mail is handed in' 0 '\[submission smtp.lab.example:587\]*\[submissions smtp.lab.example:465\]
server = smtp.lab.example
bindings = 0.0.0.0:465, \[::\]:465
connection-type = ssl'
discover srv null.lab.example
expect_error 'srv: none' 3 'DISCOVER UNKNOWN - null.lab.example has no SRV records for mail (*'

controllers() { discover ldap "${CA[@]}" -U "$LAB_SLAPD_USER" --password-file password --print=endpoints "$@"; }
controllers --domain lab.example
expect 'ldap: --domain finds a controller that answers' 0 'ex000.lab.example:993:SSL*'
controllers --domain lab.example --site Main --identity EX001
expect_error 'ldap: --identity and --site' 3 'DISCOVER UNKNOWN - --identity names the servers: leave out --site'
controllers --domain lab.example --site Main
expect 'ldap: one of a site' 0 'ex000.lab.example:993:SSL*'
controllers --domain elsewhere.lab.example
expect_error 'ldap: a domain without controllers' 2 'DISCOVER CRITICAL - *no domain controller: DNS has no SRV _ldap._tcp.dc._msdcs.elsewhere.lab.example'

# ---- autoconfig, fetched from here ----

mkdir -p "$dir/www"
cat >"$dir/www/config.xml" <<'END'
<clientConfig version="1.1"><emailProvider id="lab.example">
 <incomingServer type="imap"><hostname>mail.lab.example</hostname><port>993</port><socketType>SSL</socketType></incomingServer>
 <outgoingServer type="smtp"><hostname>smtp.lab.example</hostname><port>587</port><socketType>STARTTLS</socketType></outgoingServer>
</emailProvider></clientConfig>
END
read -r port <<<"$("$LAB_TOOL" ports 1)"
# shellcheck source=servers.sh
. "$here/servers.sh"
as_leader "$dir/www.pgid" "$dir/www.log" python3 -m http.server --bind 127.0.0.1 --directory "$dir/www" "$port"
await listens "$port"
check mailflow_discover autoconfig "http://127.0.0.1:$port/config.xml"
expect 'autoconfig: fetched' 0 'mail.lab.example:993:SSL'
check mailflow_discover autoconfig "http://127.0.0.1:$port/nothing.xml"
expect_error 'autoconfig: it is not there' 2 'DISCOVER CRITICAL - http://127.0.0.1:*/nothing.xml: status 404*'
stop_group "$dir/www.pgid"
check mailflow_discover autoconfig "http://127.0.0.1:$port/config.xml"
expect_error 'autoconfig: nobody is there' 2 'DISCOVER CRITICAL - *'
check mailflow_discover autoconfig "$dir/www/config.xml" --service=smtp
expect 'autoconfig: a file' 0 'smtp.lab.example:587:TLS'
check mailflow_discover autoconfig "$dir/www/none.xml"
expect_error 'autoconfig: no such file' 3 'DISCOVER UNKNOWN - *none.xml: No such file or directory*'
check mailflow_discover autoconfig http://elsewhere.example/config.xml
expect_error 'autoconfig: not without TLS' 3 'DISCOVER UNKNOWN - *without TLS only this machine is asked*'

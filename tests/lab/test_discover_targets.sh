# test_discover_targets.sh - the plugins run mailflow_discover themselves: mailboxes and back ends out of a real Active
# Directory (Samba's) and of Dovecot's own list, tested at a Dovecot that is a proxy, and at the one behind it
#
# shellcheck source=servers.sh
. "${LAB_TOOL%/lab}/servers.sh"
unshare --mount true 2>/dev/null || { echo '# skipped: no mount namespace can be made here'; exit 0; }
dir=$WORK/targets
here=${LAB_TOOL%/lab}
mkdir -p "$dir"/{run,state,dovecot}
chmod 755 "$WORK" "$dir"
trap '"$here/samba" stop "$dir/ad"; "$here/slapd" stop "$dir/people"; "$here/slapd" stop "$dir/edge"; stop_group "$dir/proxy.pgid"
	rm -rf "$dir"' EXIT
read -ra ports <<<"$("$LAB_TOOL" ports 5)"
imaps=${ports[1]} pop3s=${ports[3]}
sed -e "s|@DIR@|$dir|g; s|@TLS@|$LAB_DIR/tls|; s|@NOWHERE@|${ports[4]}|; s|@IMAP@|${ports[0]}|; s|@IMAPS@|$imaps|" \
	-e "s|@POP3@|${ports[2]}|; s|@POP3S@|$pop3s|; s|@BACK_IMAPS@|$LAB_IMAPS|; s|@BACK_POP3S@|$LAB_POP3S|" \
	"$here/proxy-dovecot.conf.in" >"$dir/proxy.conf"
as_leader "$dir/proxy.pgid" "$dir/log" dovecot -F -c "$dir/proxy.conf"
"$here/samba" start "$dir/ad" >"$dir/env"
# shellcheck source=/dev/null
. "$dir/env"
"$here/exchange_directory" targets "$LAB_AD_BASE" "$LAB_IMAPS" "$LAB_POP3S" "$imaps" "$pop3s" | LDAPTLS_CACERT=$LAB_CA \
	ldapadd -x -ZZ -H "ldap://$LAB_AD" -D administrator@lab.example -w "$LAB_AD_PASSWORD" >"$dir/log" 2>&1
await listens "$imaps" "$pop3s"
printf '%s\n' "$LAB_AD_PASSWORD" | secret directory-password
printf '%s\n' "$PASSWORD" | secret pw
printf 'keeper\n' | secret master
directory="ldap --domain-controller=$LAB_AD --ca-file=$LAB_CA -U administrator@lab.example --password-file=$WORK/directory-password"

# found PROTOCOL SOURCE [ARGUMENT...]
found() { with_tools "check_$1_full" --discover="$2" "${CA[@]}" --password-file pw "${@:3}"; }

# ---- mailboxes ----

found imap "$directory --mailboxes" --site Both --light -o csv
expect 'targets: the mailboxes of a site, each by its own name' 0 "CasServer,*
many101@lab.example localhost:$imaps,Both,Test IMAP4 Logon,Success,*
many102@lab.example localhost:$imaps,Both,Test IMAP4 Logon,Success,*
many103@lab.example localhost:$imaps,Both,Test IMAP4 Logon,Skipped,*"
found pop "$directory --mailboxes --all-servers --mailbox-filter=(sAMAccountName=many10*)" --light=mailbox
expect 'targets: of all servers, for POP' 0 'POP OK - 4 end points ok, *'
found imap "$directory --database=DBTWO --identity=TWO" "${SMTP[@]}"
expect 'targets: of a database, a round trip' 0 'IMAP OK - 1 end point ok, 1 skipped, *many102@lab.example*'
expect_equal 'targets: nothing is left of it' 0 "$(count many102@lab.example)"
found imap "$directory --mailboxes --view=back-end" --site Both --light -U '%u*master' --password-file master
expect 'targets: a master user for all' 0 'IMAP OK - 2 end points ok, 1 skipped, *'
found imap "$directory --mailboxes --view=back-end" --site Both --light -U master --authzid %u --password-file master
expect 'targets: a master user who says whose mailbox' 0 'IMAP OK - 2 end points ok, 1 skipped, *'
found imap "$directory --mailboxes" --site Both --light -U many101@lab.example
expect 'targets: one user for all is no such' 3 'IMAP UNKNOWN - -U many101@lab.example would log on to all mailboxes *'
found imap "$directory --mailboxes --identity=FAR" --light --discover-cache cache
expect 'targets: a server at another site' 0 'IMAP OK - many104@lab.example localhost:* logged on in *'
found imap "ldap --domain-controller=127.0.0.1:1 --mailboxes" --light --discover-cache cache
expect 'targets: the directory does not answer, and what was found before is tested' 1 \
	'IMAP WARNING - many104@lab.example *what was found * ago is tested*'

# ---- back ends ----

found imap "$directory --mailboxes" --site Both --light --back-end=home -o csv
expect 'targets: each at the server that holds it, too' 0 "CasServer,*
many101@lab.example localhost:$imaps,*,Test IMAP4 Logon,Success,*
many101@lab.example localhost:$LAB_IMAPS,*,Test IMAP4 Logon (back end),Success,*
many102@lab.example localhost:$imaps,*,Success,*
many102@lab.example 127.0.0.2:$LAB_IMAPS,*,Test IMAP4 Logon (back end),Success,*"
found pop "$directory --mailboxes" --site Both --light --back-end=all
expect 'targets: which is all of the site' 0 'POP OK - 6 end points ok, *, proxy * ms | targets=6;*
proxy: total * ms, *'
found imap "$directory" --site Both --light --back-end=all -U many101@lab.example
expect 'targets: one account, all back ends of the site' 0 'IMAP OK - 3 end points ok, *, proxy * ms | targets=3;*'
found imap "$directory" --site Both --light=mailbox --back-end=TWO --back-end="localhost:$LAB_IMAPS:SSL" -U many101@lab.example -o csv
expect 'targets: a back end by its name, and one by its end point' 0 "*
127.0.0.2:$LAB_IMAPS,*Logon (back end),Success,*
localhost:$LAB_IMAPS,*Logon (back end),Success,*"
found imap "$directory" --site Both --probe=deep -U many102@lab.example
expect 'targets: the server that holds the mailbox, straight' 0 "IMAP OK - 127.0.0.2:$LAB_IMAPS logged on and opened the mailbox in *"
found imap "$directory --mailboxes" --site Both --probe=deep
expect 'targets: the same of all mailboxes' 0 'IMAP OK - 2 end points ok, 1 skipped, *'
found imap "$directory" --site Both --light --back-end=NONE -U many101@lab.example
expect 'targets: a server that is not there' 3 'IMAP UNKNOWN - --back-end=NONE: *no Exchange server "NONE"*'
stop_group "$dir/proxy.pgid"
found imap "$directory --mailboxes" --site Both --light --back-end=home
expect 'targets: the front end has been stopped' 2 \
	'IMAP CRITICAL - 2 of 6 end points ok, *imap_connect: *the back end answers: look at the front end/proxy*'

# ---- Dovecot's own list ----

own=$dir/own
mkdir -p "$own"/dovecot/{run,state}
ln -s "$LAB_DIR/tls" "$own/tls"
cp "$LAB_DIR/masters" "$own"
grep -E '^many10[56]@' "$LAB_DIR/passwd" >"$own/passwd"
read -ra ports <<<"$("$LAB_TOOL" ports 5)"
sed -e "s|@DIR@|$own|g; s|@IMAP@|${ports[0]}|; s|@IMAPS@|${ports[1]}|; s|@POP3@|${ports[2]}|; s|@POP3S@|${ports[3]}|" \
	-e "s|@LMTP@|${ports[4]}|; s|^listen = .*|listen = 127.0.0.1|; s|^instance_name = .*|instance_name = mailflow-own|" \
	"$here/dovecot.conf.in" >"$own/dovecot.conf"
as_leader "$dir/proxy.pgid" "$dir/log" dovecot -F -c "$own/dovecot.conf"
await listens "${ports[@]}"
local="dovecot --mailboxes --config-dir=$own"
found imap "$local" --light=mailbox -U '%u*master' --password-file master
expect "targets: Dovecot's users by a master user, at its own listener" 0 'IMAP OK - 2 end points ok, *many105@lab.example 127.0.0.1:'"${ports[1]}"' *'
found pop "$local" --light
expect "targets: Dovecot's users by one password" 0 'POP OK - 2 end points ok, *many106@lab.example 127.0.0.1:'"${ports[3]}"' *'
found imap "$local" --light -n
expect "targets: --what-if reads this host's list" 0 'IMAP OK - *many105@lab.example*skipped: *'
found imap "$local" --light -H "127.0.0.1:$LAB_IMAPS" --password-file master
expect "targets: a password that is nobody's" 2 'IMAP CRITICAL - 0 of 2 end points ok, many105@lab.example *imap_login: *'

# ---- OpenLDAP, which knows mailboxes alone ----

"$here/slapd" start "$dir/people" >"$dir/env"
# shellcheck source=/dev/null
. "$dir/env"
printf '%s\n' "$LAB_SLAPD_PASSWORD" | secret directory-password
people="ldap --domain-controller=127.0.0.1:$LAB_SLAPD --ca-file=$LAB_CA -U $LAB_SLAPD_USER --password-file=$WORK/directory-password"
found imap "$people --mailbox-filter=(uid=ada)" --light -H "127.0.0.1:$LAB_IMAPS" -U 'many107@lab.example*master' --password-file master
expect 'targets: OpenLDAP, a user without %u' 3 'IMAP UNKNOWN - *write %u for the name of each*'
found imap "$people --mailbox-filter=(uid=ada)" --light
expect 'targets: OpenLDAP knows no servers' 3 'IMAP UNKNOWN - --discover: \[ada@lab.example\] has no endpoint, and no -H is given'
found imap "$people --mailbox-filter=(uid=ada)" --light -H "127.0.0.1:$LAB_IMAPS" -n
expect 'targets: OpenLDAP is asked, which --what-if does not' 3 'IMAP UNKNOWN - --what-if asks no server*'
found imap "$people --mailbox-filter=(objectClass=inetOrgPerson)" --light -H "127.0.0.1:$LAB_IMAPS:SSL"
expect 'targets: OpenLDAP, its people at -H' 2 'IMAP CRITICAL - 0 of 2 end points ok, ada@lab.example 127.0.0.1:* imap_login: *'

# ---- an Edge server's directory ----

"$here/slapd" start "$dir/edge" edge >"$dir/env"
# shellcheck source=/dev/null
. "$dir/env"
edge() { check mailflow_discover ldap --domain-controller "$LAB_SLAPD_HOST" "${CA[@]}" -U "$LAB_SLAPD_USER" --password-file directory-password "$@"; }
edge --edge
expect 'edge: its connector, by its own port, and no site' 0 '\[Default internal receive connector EDGE01\]
server = edge01.lab.example
bindings = 0.0.0.0:25
connection-type = tls
fqdn = edge01.lab.example
require = SIZE>=10485760'
first=$OUT
check mailflow_discover ldap --edge --domain-controller "$LAB_SLAPD_HOST:50636" "${CA[@]}" -U "$LAB_SLAPD_USER" \
	--password-file directory-password
expect_equal 'edge: the same by LDAPS' "$first" "$OUT"
edge --edge --identity EDGE01
expect_equal 'edge: by its identity' "$first" "$OUT"
edge --edge --site Main
expect_error 'edge: it knows no sites' 3 'DISCOVER UNKNOWN - --edge: an Edge Transport server knows no sites'
edge --edge --print=accounts
expect_error 'edge: it has no mailboxes' 3 'DISCOVER UNKNOWN - --edge: an Edge Transport server has no mailboxes'
edge --edge --print=endpoints
expect_error 'edge: nor IMAP' 3 'DISCOVER UNKNOWN - there are no end points'
edge
expect_error 'edge: without the option another port is asked' 2 'DISCOVER CRITICAL - *:389 ldap_connect: *'
with_tools check_smtp_connectors --site Perimeter -n "${CA[@]}" --discover-cache edge.ini \
	--discover="ldap --edge --domain-controller=$LAB_SLAPD_HOST --ca-file=$LAB_CA -U $LAB_SLAPD_USER --password-file=$WORK/directory-password"
expect 'edge: --what-if asks no directory' 3 'SMTP UNKNOWN - --what-if asks no server*'
edge --edge --output-file edge.ini
check check_smtp_connectors --connectors edge.ini --site Perimeter -n "${CA[@]}"
expect 'edge: check_smtp_connectors can read it' 0 'SMTP OK - *'
stop_group "$dir/edge/pgid"
edge --edge
expect_error 'edge: nobody is there' 2 "DISCOVER CRITICAL - $LAB_SLAPD_HOST:50389 ldap_connect: *"

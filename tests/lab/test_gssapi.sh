# test_gssapi.sh - Kerberos: MIT's KDC, and a Dovecot that takes its tickets; LAB_KERBEROS is where the KDC is unpacked
# (see unpack)
#
# shellcheck source=servers.sh
. "${LAB_TOOL%/lab}/servers.sh"

if [ -z "${LAB_KERBEROS:-}" ]; then
	echo '# skipped: no KDC is unpacked'
	exit 0
fi
libraries=$(library_path "$LAB_KERBEROS")
modules=$(dirname "$(find "$LAB_KERBEROS" -name db2.so -print -quit)")
kerberos() { LD_LIBRARY_PATH=$libraries "$LAB_KERBEROS/usr/sbin/$1" "${@:2}"; }
read -ra ports <<<"$("$LAB_TOOL" ports 3)"
dir=$WORK/gssapi
user=probe@LAB.EXAMPLE
mkdir -p "$dir"/{run,state,home}
chmod 755 "$WORK" "$dir"
chown nobody "$dir/home"
trap 'stop_group "$dir/pid"; stop_group "$dir/kdc.pid"' EXIT

# ---- a realm ----

cat >"$dir/krb5.conf" <<EOF
[libdefaults]
 default_realm = LAB.EXAMPLE
 dns_lookup_kdc = false
 rdns = false
 dns_canonicalize_hostname = false
[realms]
 LAB.EXAMPLE = {
  kdc = 127.0.0.1:${ports[0]}
 }
[domain_realm]
 localhost = LAB.EXAMPLE
[dbmodules]
 db_module_dir = $modules
EOF
cat >"$dir/kdc.conf" <<EOF
[kdcdefaults]
 kdc_listen = 127.0.0.1:${ports[0]}
 kdc_tcp_listen = 127.0.0.1:${ports[0]}
[realms]
 LAB.EXAMPLE = {
  database_name = $dir/principal
  key_stash_file = $dir/stash
 }
EOF
export KRB5_CONFIG=$dir/krb5.conf KRB5_KDC_PROFILE=$dir/kdc.conf
kerberos kdb5_util create -s -P master -r LAB.EXAMPLE >"$dir/kdb.log" 2>&1
for name in probe other imap/localhost pop/localhost; do
	kerberos kadmin.local -r LAB.EXAMPLE -q "addprinc -randkey $name" >>"$dir/kdb.log" 2>&1
	keytab=${name%/*}
	case $name in */*) keytab=server ;; esac
	kerberos kadmin.local -r LAB.EXAMPLE -q "ktadd -k $dir/$keytab.keytab $name" >>"$dir/kdb.log" 2>&1
done
chmod 644 "$dir/server.keytab"
as_leader "$dir/kdc.pid" "$dir/kdc.log" env LD_LIBRARY_PATH="$libraries" "$LAB_KERBEROS/usr/sbin/krb5kdc" -n -r LAB.EXAMPLE

# ---- a Dovecot of its own ----

cat >"$dir/conf" <<EOF
base_dir = $dir/run
state_dir = $dir/state
log_path = $dir/log
instance_name = mailflow-gssapi
protocols = imap pop3
listen = 127.0.0.1
ssl_cert = <$LAB_DIR/tls/good.pem
ssl_key = <$LAB_DIR/tls/good.key
auth_mechanisms = gssapi plain
auth_krb5_keytab = $dir/server.keytab
auth_gssapi_hostname = localhost
auth_default_realm = LAB.EXAMPLE
auth_failure_delay = 0
import_environment = TZ KRB5_CONFIG=$dir/krb5.conf
passdb {
  driver = passwd-file
  args = username_format=%u $dir/passwd
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=$dir/home/%u
}
first_valid_uid = 1
mail_location = sdbox:~/sdbox
service imap-login {
  inet_listener imap {
    port = ${ports[1]}
  }
}
service pop3-login {
  inet_listener pop3 {
    port = ${ports[2]}
  }
}
EOF
printf '%s:{PLAIN}%s\n' "${user,,}" "$PASSWORD" >"$dir/passwd"
as_leader "$dir/pid" "$dir/log" dovecot -F -c "$dir/conf"
await_ports "${ports[1]}" "${ports[2]}"

# as PROTOCOL PORT USER [ARGUMENT...]
as()
{
	check LSAN_OPTIONS="suppressions=${LAB_TOOL%/lab/lab}/lsan.supp:print_suppressions=0" \
		KRB5_CONFIG="$dir/krb5.conf" KRB5CCNAME=MEMORY: "check_$1_full" "${CA[@]}" --light -v \
		-H "localhost:$2:TLS" -U "$3" "${@:4}"
}

for at in "imap ${ports[1]}" "pop ${ports[2]}"; do
	read -r protocol port <<<"$at"
	as "$protocol" "$port" "$user" --keytab "$dir/probe.keytab"
	expect "$protocol: GSSAPI by a keytab" 0 "${protocol^^} OK - *mechanism: GSSAPI"$'\n*'
	as "$protocol" "$port" "$user" --keytab "$dir/other.keytab"
	expect "$protocol: GSSAPI, somebody else's ticket" 2 "${protocol^^} CRITICAL - * ${protocol}_login: *\(the ticket is not this user's\?\) \[GSSAPI\]*"
	as "$protocol" "$port" "$user" --auth gssapi
	expect "$protocol: GSSAPI without a ticket" 3 "${protocol^^} UNKNOWN - * ${protocol}_login: AUTH GSSAPI: *\(no Kerberos ticket*"
	as "$protocol" "$port" "$user" -P "$PASSWORD"
	expect "$protocol: without a ticket by the password" 0 "${protocol^^} OK - *mechanism: PLAIN"$'\n*'
done

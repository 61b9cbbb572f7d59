# test_gssapi.sh - Kerberos: MIT's KDC, and a Dovecot that takes its tickets; LAB_KERBEROS is where the KDC is unpacked
# (see unpack)
#
# shellcheck source=servers.sh
. "${LAB_TOOL%/lab}/servers.sh"
# shellcheck source=gssapi.sh
. "${LAB_TOOL%/lab}/gssapi.sh"

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
gssapi_directory "$dir"
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
as_leader "$dir/kdc.pid" "$dir/kdc.log" env LD_LIBRARY_PATH="$libraries" "$LAB_KERBEROS/usr/sbin/krb5kdc" -n -r LAB.EXAMPLE

printf '%s:{PLAIN}%s\n' "${user,,}" "$PASSWORD" >"$dir/passwd"
gssapi_dovecot "$dir" "${ports[1]}" "${ports[2]}"

for at in "imap ${ports[1]}" "pop ${ports[2]}"; do
	read -r protocol port <<<"$at"
	gssapi "$dir" "$protocol" "$port" "$user" --keytab "$dir/probe.keytab"
	expect "$protocol: GSSAPI by a keytab" 0 "${protocol^^} OK - *mechanism: GSSAPI"$'\n*'
	gssapi "$dir" "$protocol" "$port" "$user" --keytab "$dir/other.keytab"
	expect "$protocol: GSSAPI, somebody else's ticket" 2 "${protocol^^} CRITICAL - * ${protocol}_login: *\(the ticket is not this user's\?\) \[GSSAPI\]*"
	gssapi "$dir" "$protocol" "$port" "$user" --auth gssapi
	expect "$protocol: GSSAPI without a ticket" 3 "${protocol^^} UNKNOWN - * ${protocol}_login: AUTH GSSAPI: *\(no Kerberos ticket*"
	gssapi "$dir" "$protocol" "$port" "$user" -P "$PASSWORD"
	expect "$protocol: without a ticket by the password" 0 "${protocol^^} OK - *mechanism: PLAIN"$'\n*'
done

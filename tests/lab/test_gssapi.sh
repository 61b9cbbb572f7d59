# test_gssapi.sh - Kerberos: MIT's KDC, and a Dovecot and a Postfix that take its tickets; LAB_KERBEROS is where the KDC
# is unpacked (see unpack)
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
# the server has no key of its name 127.0.0.1
for name in probe other {imap,pop,smtp}/localhost smtp/127.0.0.1; do
	kerberos kadmin.local -r LAB.EXAMPLE -q "addprinc -randkey $name" >>"$dir/kdb.log" 2>&1
	keytab=${name%/*}
	case $name in */localhost) keytab=server ;; esac
	kerberos kadmin.local -r LAB.EXAMPLE -q "ktadd -k $dir/$keytab.keytab $name" >>"$dir/kdb.log" 2>&1
done
# kdc [VARIABLE=VALUE...]
kdc()
{
	as_leader "$dir/kdc.pid" "$dir/kdc.log" env LD_LIBRARY_PATH="$libraries" "$@" "$LAB_KERBEROS/usr/sbin/krb5kdc" -n \
		-r LAB.EXAMPLE
	await listens "${ports[0]}"
}

kdc

printf '%s:{PLAIN}%s\n' "${user,,}" "$PASSWORD" >"$dir/passwd"
gssapi_dovecot "$dir" "${ports[1]}" "${ports[2]}"
gssapi_postfix "$dir"

for at in "imap ${ports[1]}" "pop ${ports[2]}"; do
	read -r protocol port <<<"$at"
	gssapi "$dir" "$protocol" "$port" "$user" --keytab "$dir/probe.keytab"
	expect "$protocol: GSSAPI by a keytab" 0 "${protocol^^} OK - *mechanism: GSSAPI"$'\n*'
	gssapi "$dir" "$protocol" "$port" "$user" --keytab "$dir/other.keytab"
	expect "$protocol: GSSAPI, somebody else's ticket" 2 "${protocol^^} CRITICAL - * ${protocol}_login: *\(the ticket is not this user's, he is known there without @LAB.EXAMPLE, or a clock is off\?\) \[GSSAPI\]*"
	gssapi "$dir" "$protocol" "$port" "$user" --auth gssapi
	expect "$protocol: GSSAPI without a ticket" 3 "${protocol^^} UNKNOWN - * ${protocol}_login: AUTH GSSAPI: *\(no Kerberos ticket*"
	gssapi "$dir" "$protocol" "$port" "$user" -P "$PASSWORD"
	expect "$protocol: without a ticket by the password" 0 "${protocol^^} OK - *mechanism: PLAIN"$'\n*'
done

# ---- Postfix, by Cyrus SASL, which knows users of its own realm without it ----

gssapi_smtp "$dir" probe --keytab "$dir/probe.keytab"
expect "smtp: GSSAPI by a keytab" 0 "SMTP OK - localhost:* logged on in *mechanism: GSSAPI"$'\n*'
gssapi_smtp "$dir" probe --keytab "$dir/other.keytab"
expect "smtp: GSSAPI, somebody else's ticket" 2 \
	"SMTP CRITICAL - * smtp_login: \"535 *\" \(the ticket is not this user's, or a clock is off\?\) \[GSSAPI\]*"
gssapi_smtp "$dir" "$user" --keytab "$dir/probe.keytab"
expect "smtp: GSSAPI, a user with his realm" 2 \
	"SMTP CRITICAL - * smtp_login: \"535 *\" \(the ticket is not this user's, he is known there without @LAB.EXAMPLE, or a clock is off\?\)*"
gssapi_smtp "$dir" probe --auth gssapi
expect "smtp: GSSAPI without a ticket" 3 "SMTP UNKNOWN - * smtp_login: AUTH GSSAPI: *\(no Kerberos ticket*"
with_tickets "$dir" check_smtp_connectors -H "127.0.0.1:$LAB_KERBEROS_PORT:TLS" -U probe --keytab "$dir/probe.keytab"
expect "smtp: GSSAPI, a ticket for another host" 2 "SMTP CRITICAL - * smtp_login: \"535 *\" *\[GSSAPI\]*"
# handed_in PRINCIPAL [ARGUMENT...] - a round trip whose message PRINCIPAL hands in, by a ticket
handed_in()
{
	with_tickets "$dir" check_imap_full -H "127.0.0.1:$LAB_IMAPS:SSL" -U kerberos@lab.example -P "$PASSWORD" --auth plain \
		--smtp "localhost:$LAB_KERBEROS_PORT:TLS" --smtp-username "$1" "${@:2}"
}

handed_in probe --keytab "$dir/probe.keytab"
expect "smtp: a message is handed in by GSSAPI" 0 "IMAP OK - * delivered and read in *SMTP mechanism: GSSAPI"$'\n*'
handed_in probe --keytab "$dir/other.keytab"
expect "smtp: a message is not, by somebody else's ticket" 2 \
	"IMAP CRITICAL - * smtp_login: \"535 *\" \(the ticket is not this user's, or a clock is off\?\)*"
handed_in probe --smtp-auth gssapi
expect "smtp: a message is not, without a ticket" 3 "IMAP UNKNOWN - * smtp_login: AUTH GSSAPI: *\(no Kerberos ticket*"

# ---- a clock that is off: the KDC's, by an hour ----

stop_group "$dir/kdc.pid"
cat >"$dir/clock.c" <<'END'
#include <dlfcn.h>
#include <sys/time.h>
#include <time.h>
int gettimeofday(struct timeval *tv, void *tz)
{
	int (*real)(struct timeval *, void *) = (int (*)(struct timeval *, void *))dlsym(RTLD_NEXT, "gettimeofday");
	int rc = real(tv, tz);
	tv->tv_sec += 3600;
	return rc;
}
time_t time(time_t *to)
{
	struct timeval tv;
	gettimeofday(&tv, NULL);
	if (to)
		*to = tv.tv_sec;
	return tv.tv_sec;
}
END
cc -D_GNU_SOURCE -shared -fPIC -o "$dir/clock.so" "$dir/clock.c" -ldl
kdc LD_PRELOAD="$dir/clock.so"
# Kerberos goes by the KDC's clock here, and the servers by their own
gssapi "$dir" imap "${ports[1]}" "$user" --keytab "$dir/probe.keytab" --auth gssapi
expect "imap: GSSAPI, the server's clock is off" 2 "IMAP CRITICAL - * imap_login: \"NO *, or a clock is off\?\) \[GSSAPI\]*"
gssapi_smtp "$dir" probe --keytab "$dir/probe.keytab" --auth gssapi
expect "smtp: GSSAPI, the server's clock is off" 2 "SMTP CRITICAL - * smtp_login: \"535 *, or a clock is off\?\) \[GSSAPI\]*"
sed -i 's/^\[libdefaults\]$/&\n kdc_timesync = 0/' "$dir/krb5.conf"
gssapi "$dir" imap "${ports[1]}" "$user" --keytab "$dir/probe.keytab" --auth gssapi
expect "imap: GSSAPI, the clock is off" 3 "IMAP UNKNOWN - * imap_login: AUTH GSSAPI: *, or a clock that is off\? see klist\)*"
gssapi_smtp "$dir" probe --keytab "$dir/probe.keytab" --auth gssapi
expect "smtp: GSSAPI, the clock is off" 3 "SMTP UNKNOWN - * smtp_login: AUTH GSSAPI: *, or a clock that is off\? see klist\)*"

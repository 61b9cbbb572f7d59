# test_gssapi_ad.sh - Kerberos with tickets of a real Active Directory (Samba's), as Exchange's users have them
#
# shellcheck source=servers.sh
. "${LAB_TOOL%/lab}/servers.sh"
# shellcheck source=gssapi.sh
. "${LAB_TOOL%/lab}/gssapi.sh"

here=${LAB_TOOL%/lab}
read -ra ports <<<"$("$LAB_TOOL" ports 2)"
dir=$WORK/gssapi-ad
user=kerberos@LAB.EXAMPLE
gssapi_directory "$dir"
trap 'stop_group "$dir/pid"; "$here/samba" stop "$dir/ad"' EXIT
"$here/samba" start "$dir/ad" >"$dir/env"
tool() { "$here/samba" tool "$dir/ad" "$@" >>"$dir/log.samba" 2>&1; }

# the services of a host are names of an account, whose keys go to the host
tool user create server Correct-horse.3
tool user create kerberos Correct-horse.4
tool user create changed Correct-horse.5
for service in imap pop smtp; do
	tool spn add $service/localhost server
	tool domain exportkeytab "$dir/server.keytab" --principal=$service/localhost
done
for name in kerberos changed; do
	tool domain exportkeytab "$dir/$name.keytab" --principal=$name
done
tool user setpassword changed --newpassword=Correct-horse.6
cp "$dir/ad/krb5.conf" "$dir/krb5.conf"
printf ' localhost = LAB.EXAMPLE\n' >>"$dir/krb5.conf"
printf '%s:{PLAIN}%s\n' "${user,,}" "$PASSWORD" >"$dir/passwd"
gssapi_dovecot "$dir" "${ports[0]}" "${ports[1]}"
gssapi_postfix "$dir"

for at in "imap ${ports[0]}" "pop ${ports[1]}"; do
	read -r protocol port <<<"$at"
	gssapi "$dir" "$protocol" "$port" $user --keytab "$dir/kerberos.keytab"
	expect "$protocol: a ticket of Active Directory" 0 "${protocol^^} OK - *mechanism: GSSAPI"$'\n*'
	gssapi "$dir" "$protocol" "$port" changed@LAB.EXAMPLE --keytab "$dir/changed.keytab"
	expect "$protocol: a keytab from before the password was changed" 3 \
		"${protocol^^} UNKNOWN - * ${protocol}_login: AUTH GSSAPI: *\(no Kerberos ticket*"
done
gssapi_smtp "$dir" kerberos --keytab "$dir/kerberos.keytab"
expect "smtp: a ticket of Active Directory" 0 "SMTP OK - *mechanism: GSSAPI"$'\n*'
gssapi_smtp "$dir" changed --keytab "$dir/changed.keytab"
expect "smtp: a keytab from before the password was changed" 3 \
	"SMTP UNKNOWN - * smtp_login: AUTH GSSAPI: *\(no Kerberos ticket*"

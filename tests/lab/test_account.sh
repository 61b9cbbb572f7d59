# test_account.sh - mailflow_test_account makes, resets and removes accounts of a real Active Directory (Samba's), and of
# OpenLDAP: what is refused there, and what becomes of a password that cannot be kept
#
# shellcheck source=servers.sh
. "${LAB_TOOL%/lab}/servers.sh"
dir=$WORK/account
here=${LAB_TOOL%/lab}
mkdir -p "$dir"
trap '"$here/samba" stop "$dir/ad"; "$here/slapd" stop "$dir/people"; "$here/slapd" stop "$dir/replica"; rm -rf "$dir"' EXIT
"$here/samba" start "$dir/ad" >"$dir/env"
# shellcheck source=/dev/null
. "$dir/env"
printf '%s\n' "$LAB_AD_PASSWORD" | secret password
printf 'wrong\n' | secret wrong

# account ACTION [ARGUMENT...] - as an administrator of the directory of "samba", with StartTLS
account()
{
	check mailflow_test_account "$1" --domain-controller "$LAB_AD" "${CA[@]}" -U administrator@lab.example \
		--password-file password --replication-wait=1 "${@:2}"
}

# due ARGUMENT... - a reset, whatever the file's age
due() { account reset --account-file pw --password-max-age=0 "$@"; }

# of FILTER ATTRIBUTE [BASE] - what Active Directory has
of()
{
	LDAPTLS_CACERT=$LAB_CA ldapsearch -LLL -o ldif-wrap=no -x -ZZ -H "ldap://$LAB_AD" -D administrator@lab.example \
		-w "$LAB_AD_PASSWORD" -b "${3:-$LAB_AD_BASE}" "$1" "$2" | sed -n "s/^$2::* //p"
}

# logs_on URL USER FILE - whether the directory takes the password in the file
logs_on()
{
	tr -d '\n' <"$3" >"$dir/bare"
	LDAPTLS_CACERT=$LAB_CA ldapsearch -x -ZZ -H "$1" -D "$2" -y "$dir/bare" -b '' -s base >"$dir/log" 2>&1
}

expect_logon()
{
	if logs_on "${@:2}"; then
		ok "$1"
	else
		not_ok "$1" "$(<"$dir/log")"
	fi
}

# expect_refusal NAME EXIT-CODE GLOB - this on standard error, behind whatever was shown
expect_refusal()
{
	OUT=''
	expect_error "$@"
}

# replace DN ATTRIBUTE VALUE - in Active Directory
replace()
{
	LDAPTLS_CACERT=$LAB_CA ldapmodify -x -ZZ -H "ldap://$LAB_AD" -D administrator@lab.example -w "$LAB_AD_PASSWORD" \
		>"$dir/log" <<<"dn: $1
changetype: modify
replace: $2
$2: $3"
}

# local_ldb CN ATTRIBUTE VALUE - what the domain controller alone may write
local_ldb()
{
	/usr/bin/python3 - "$dir/ad/dc/private/sam.ldb" "CN=$1,CN=Users,$LAB_AD_BASE" "$2" "$3" <<'END'
import sys
import ldb
from samba.auth import system_session
from samba.param import LoadParm
from samba.samdb import SamDB
path, dn, attribute, value = sys.argv[1:]
db = SamDB(url=path, session_info=system_session(), lp=LoadParm())
change = ldb.Message(ldb.Dn(db, dn))
change[attribute] = ldb.MessageElement(value, ldb.FLAG_MOD_REPLACE, attribute)
db.modify(change, ["relax:0"])
END
}

tool() { "$here/samba" tool "$dir/ad" "$@" >"$dir/log" 2>&1; }

# ---- create ----

guid=$(of '(cn=Default-First-Site-Name)' objectGUID "CN=Sites,CN=Configuration,$LAB_AD_BASE" | base64 -d |
	python3 -c 'import sys, uuid; print(uuid.UUID(bytes_le=sys.stdin.buffer.read()).hex[:13])')
name=extest_$guid
user=$name@lab.example
account show
expect_error 'account: show, before there is one' 1 \
	"mailflow_test_account: no account $name, or administrator@lab.example may not read it (create makes one)"
account create --account-file pw --what-if
expect 'account: --what-if shows what create would write' 0 "# at $LAB_AD:389
dn: CN=$name,CN=Users,$LAB_AD_BASE
changetype: add
objectClass: user
cn: $name
sAMAccountName: $name
userPrincipalName: $user
userAccountControl: 512
description: Test account of mailflow-plugins
unicodePwd: \*\*\*\*
*"
expect_equal 'account: and writes nothing' '' "$(cat pw 2>/dev/null || true)$(of "(cn=$name)" cn)"
account create --account-file pw
expect 'account: create, named after the site' 0 "*$user is made, and its password is in pw
to do, in Exchange: Enable-Mailbox -Identity $user"
expect_equal 'account: nobody else can read the file' 600 "$(stat -c %a pw)"
expect_logon 'account: its password is that of the account' "ldap://$LAB_AD" "$user" pw
first=$(<pw)
account create --account-file pw
expect_error 'account: create, where there is one' 1 "mailflow_test_account: there is one already: CN=$name,* (reset *"
account show --account-file pw
expect 'account: show' 0 "account = $name
dn = CN=$name,CN=Users,$LAB_AD_BASE
username = $user
directory = $LAB_AD:389
enabled = yes
locked = no
mailbox = no
password-set = 20*UTC
password-rules = policy: 7 characters or more, three kinds of them, no name, none of the last 24, 1 day after the last
password-file = pw
password-days = 0.0"

branch=$(of '(cn=Branch)' objectGUID "CN=Sites,CN=Configuration,$LAB_AD_BASE" | base64 -d |
	python3 -c 'import sys, uuid; print(uuid.UUID(bytes_le=sys.stdin.buffer.read()).hex[:13])')
account show --site Branch
expect_error 'account: that of another site has another name' 1 "mailflow_test_account: no account extest_$branch, *"
account remove --account-file pw --what-if
expect 'account: --what-if of remove' 0 "*changetype: delete
# at this host
# pw: removed, too"
expect_equal 'account: and nothing is removed' "$name $first" "$(of "(cn=$name)" cn) $(<pw)"
tool ou create "OU=Tests"
account create --account-file in.pw --account inside --ou "OU=Tests,$LAB_AD_BASE"
expect 'account: create in a place of its own' 0 "*dn: CN=inside,OU=Tests,$LAB_AD_BASE
*inside@lab.example is made*"
account remove --account inside --account-file in.pw
expect 'account: where it is found, too' 0 "*dn: CN=inside,OU=Tests,$LAB_AD_BASE
*inside@lab.example is removed"

# ---- reset ----

account reset --account-file pw
expect 'account: reset of a young password does nothing' 0 'nothing to do: pw is 0.0 days old (--password-max-age=7)'
expect_equal 'account: and it is as it was' "$first" "$(<pw)"
touch -d '8 days ago' pw
account reset --account-file pw --password-max-age=9
expect 'account: reset before --password-max-age does nothing' 0 'nothing to do: pw is 8.0 days old (--password-max-age=9)'
account reset --account-file pw --confirm
expect_refusal 'account: --confirm without a terminal' 3 'mailflow_test_account: --confirm needs a terminal to ask on'
account reset --account-file pw
expect 'account: reset of an old one' 0 "# at *
dn: CN=$name,*
changetype: modify
replace: unicodePwd
unicodePwd: \*\*\*\*
*
$user has a new password, which is in pw"
expect_equal 'account: it is another one' different "$([ "$first" = "$(<pw)" ] && echo the same || echo different)"
expect_logon 'account: by which one logs on' "ldap://$LAB_AD" "$user" pw
due --domain-controller "$LAB_AD:636"
expect 'account: reset over LDAPS, whatever its age' 0 '*has a new password*'
expect_logon 'account: by which one logs on, too' "ldap://$LAB_AD" "$user" pw
printf 'gr\303\274n-\360\237\214\262-Haus-1\n' | secret given
due --new-password-file given
expect 'account: a password that is given, in Unicode' 0 '*has a new password*'
expect_logon 'account: and is taken as such' "ldap://$LAB_AD" "$user" given

# prove - a program that finds fault with the password, or makes the file another thing
cat >prove <<'END'
#!/bin/sh
read -r password
case $1 in
refuse) echo "no: $password" ; exit 1 ;;
late) [ -e told ] || { : >told; echo "not yet"; exit 1; } ;;
spoil) mv "$2" "$2.old"; mkdir "$2" ;;
esac
END
chmod 755 prove
# ---- policy ----

before=$(<pw)
printf 'aB1-\n' | secret short
due --new-password-file short
expect_refusal 'account: too short for the policy' 1 \
	'mailflow_test_account: * ldap_send: *too short*\(*policy*'
printf 'onlysmallletters\n' | secret simple
due --new-password-file simple
expect_refusal 'account: not complex enough for the policy' 1 'mailflow_test_account: * ldap_send: *complex*\(*policy*'
expect_equal 'account: the file keeps the old one' "$before" "$(<pw)"
expect_logon 'account: which is still good' "ldap://$LAB_AD" "$user" pw
# samba-tool sets 14 at most
replace "$LAB_AD_BASE" minPwdLength 40
due
expect 'account: a random password is as long as the policy wants it' 0 '*has a new password*'
expect_equal 'account: so long' 40 "$(tr -d '\n' <pw | wc -c)"
tool domain passwordsettings set --min-pwd-length=7

# that of a group or a user holds instead of the domain's
pso="CN=tests,CN=Password Settings Container,CN=System,$LAB_AD_BASE"
tool domain passwordsettings pso create tests 10 --min-pwd-length=14 --history-length=24 --min-pwd-age=1 \
	--account-lockout-threshold=2 --account-lockout-duration=30 --reset-account-lockout-after=30
tool domain passwordsettings pso apply tests "$name"
replace "$pso" msDS-MinimumPasswordLength 60
due
expect "account: a random password is as long as the account's own policy wants it" 0 '*has a new password*'
expect_equal 'account: longer than that of the domain' 60 "$(tr -d '\n' <pw | wc -c)"
expect_logon 'account: and it is good' "ldap://$LAB_AD" "$user" pw
before=$(<pw)
policy='\(policy "tests": 60 characters or more, three kinds of them, no name, none of the last 24, 1 day after the last)'
due --new-password-file short
expect_refusal 'account: a refusal tells what that policy wants' 1 "mailflow_test_account: * ldap_send: *$policy"
printf '%060d\n' 0 | secret simple
due --new-password-file simple
expect_refusal 'account: and of kinds of characters' 1 "mailflow_test_account: * ldap_send: *complex*$policy"
cp -p pw used
due
expect "account: its least age is not for an administrator's reset" 0 '*has a new password*'
due --new-password-file used
expect 'account: nor is its history' 0 '*has a new password*'
due --prove './prove refuse'
expect_refusal 'account: so that the old password can always be set back' 1 "*$user has its old password again"
expect_equal 'account: it is the old one' "$before" "$(<pw)"
expect_logon 'account: by which one logs on again' "ldap://$LAB_AD" "$user" pw
cp -p pw own
due -U "$user" --password-file own
expect_refusal 'account: nobody resets his own password' 1 \
	"mailflow_test_account: * ldap_send: *\(-U is this account itself, which may not: give an administrator's)"
expect_equal 'account: it stays' "$before" "$(<pw)"
logs_on "ldap://$LAB_AD" "$user" wrong || true
account show
expect 'account: show tells how near it is to being locked' 0 '*
password-rules = policy "tests": 60 characters *
refused-logons = 1, of 2 that lock it'
due
expect_refusal "account: where a refused proof would lock it by its own policy, it is not tried" 1 \
	"mailflow_test_account: $name is one refused logon away from being locked*"
local_ldb "$name" badPasswordTime "$((($(date +%s) + 11644473600 - 3600) * 10000000))"
due
expect 'account: refused logons that the policy has forgotten do not count' 0 '*has a new password*'
tool domain passwordsettings set --account-lockout-threshold=0
account create --account-file new.pw --account new
expect 'account: create, where it is not known yet whose policy will hold' 0 '*new@lab.example is made*'
expect_equal 'account: its password keeps the strictest' 60 "$(tr -d '\n' <new.pw | wc -c)"
account remove --account new --account-file new.pw
tool user create keeper Correct-horse.3
printf 'Correct-horse.3\n' | secret keeper
tool user show keeper --attributes=objectSid
sid=$(sed -n 's/^objectSid: //p' "$dir/log")
# the extended right User-Force-Change-Password, which is what one delegates
tool dsacl set --objectdn="CN=$name,CN=Users,$LAB_AD_BASE" --sddl="(OA;;CR;00299570-246d-11d0-a768-00aa006e0529;;$sid)"
due -U keeper@lab.example --password-file keeper
expect_refusal 'account: a policy that may not be read is told as such' 1 \
	'mailflow_test_account: * ldap_send: *too short*\(a policy that this user may not read: length, *)'
head -c 100 pw | tr -d '\n' >long && printf '%040d\n' 1 >>long
due -U keeper@lab.example --password-file keeper --new-password-file long
expect 'account: the right to reset is all that is needed' 0 '*has a new password*'
expect_logon 'account: and it is good, too' "ldap://$LAB_AD" "$user" long
tool domain passwordsettings pso delete tests

# ---- the way back ----

before=$(<pw)
due --prove './prove refuse'
expect_refusal 'account: where the proof fails all is set back, and the password is not told' 1 \
	"mailflow_test_account: --prove: ./prove: no: \*\*\*\*
mailflow_test_account: $user has its old password again"
expect_equal 'account: in the file, too' "$before" "$(<pw)"
expect_logon 'account: and in the directory' "ldap://$LAB_AD" "$user" pw
due --prove './prove late'
expect 'account: a proof that succeeds at the second try' 0 '*has a new password*'
before=$(<pw)
due --prove './prove spoil pw'
expect_refusal 'account: a file that cannot be written in the end' 3 \
	"mailflow_test_account: --account-file: cannot write pw: it is there, and no regular file
mailflow_test_account: $user has its old password again"
rmdir pw && mv pw.old pw
expect_equal 'account: the old password stays' "$before" "$(<pw)"
expect_logon 'account: and is good' "ldap://$LAB_AD" "$user" pw
due --account-file /nowhere/pw
expect_refusal 'account: a file that cannot be written at all' 3 \
	'mailflow_test_account: --account-file: cannot write /nowhere/pw: No such file or directory'
expect_logon 'account: nothing was changed for that' "ldap://$LAB_AD" "$user" pw
rm -rf spoilt
due --account-file spoilt --prove 'mkdir spoilt'
expect_refusal 'account: without an old password, and without a terminal' 3 \
	"*$user may have a password now that nobody knows: reset it once more"
rmdir spoilt
python3 - "$PROGRAMS/mailflow_test_account" reset --domain-controller "$LAB_AD" "${CA[@]}" -U administrator@lab.example \
	--password-file password --account-file spoilt --prove 'mkdir spoilt' >terminal <<'END'
import os, pty, subprocess, sys
pid, fd = pty.fork()
if pid == 0:
    devnull = os.open("/dev/null", os.O_RDWR)
    for standard in (1, 2):
        os.dup2(devnull, standard)
    os.execv(sys.argv[1], sys.argv[1:])
said = b""
try:
    while True:
        piece = os.read(fd, 4096)
        if b"[y/N]" in piece:
            os.write(fd, b"y\n")
        said += piece
except OSError:
    pass
os.waitpid(pid, 0)
print(said.decode().replace("\r", ""))
END
sed -n 's/^The new password of .*: //p' terminal | secret shown
expect_logon 'account: then it is printed to the terminal, and to nobody else' "ldap://$LAB_AD" "$user" shown
rmdir spoilt
due
expect 'account: a reset mends it' 0 '*has a new password*'

# ---- lock-out, rights ----

tool domain passwordsettings set --account-lockout-threshold=2
logs_on "ldap://$LAB_AD" "$user" wrong || true
logs_on "ldap://$LAB_AD" "$user" wrong || true
account show
expect 'account: a locked one is shown as such' 0 '*locked = yes*'
due
expect 'account: reset unlocks it' 0 '*replace: lockoutTime
lockoutTime: 0
*has a new password*'
expect_logon 'account: and one can log on' "ldap://$LAB_AD" "$user" pw
logs_on "ldap://$LAB_AD" "$user" wrong || true
due
expect_refusal 'account: where a refused proof would lock it, it is not tried' 1 \
	"mailflow_test_account: $name is one refused logon away from being locked*"
expect_logon 'account: the old password is good' "ldap://$LAB_AD" "$user" pw
tool domain passwordsettings set --account-lockout-threshold=0

tool user disable "$name"
before=$(<pw)
due
expect_refusal 'account: a disabled account cannot prove its password' 1 "*the account is disabled: enable it)
mailflow_test_account: $user has its old password again"
expect_equal 'account: which stays as it was' "$before" "$(<pw)"
tool user enable "$name"

tool user setexpiry --days=0 "$name"
due
expect_refusal 'account: one that has expired cannot prove its password' 1 "*the account has expired: see its accountExpires)
mailflow_test_account: $user has its old password again"
account show
expect 'account: show says so' 0 '*
expires = 20*UTC
*'
tool user setexpiry --noexpiry "$name"
account reset --password-max-age=0 --account-file pw --password-file wrong
expect_error "account: the administrator's wrong password" 1 \
	"mailflow_test_account: $LAB_AD:389 ldap_login: *wrong user or password*"
tool user create plain Correct-horse.2
printf 'Correct-horse.2\n' | secret plain
tool user setexpiry --days=0 plain
account show -U plain@lab.example --password-file plain
expect_error "account: an administrator's account that has expired" 1 \
	"mailflow_test_account: $LAB_AD:389 ldap_login: *the account has expired: *"
tool user setexpiry --noexpiry plain
due -U plain@lab.example --password-file plain
expect_refusal 'account: a user without the right' 1 'mailflow_test_account: * ldap_send: *\(*may not*'
due --account administrator
expect_refusal "account: not an administrator's" 1 'mailflow_test_account: Administrator is an administrator*'
due --account "$(of '(cn=HealthMailbox*)' sAMAccountName | head -n 1)"
expect_refusal "account: not Exchange's own" 1 "mailflow_test_account: HealthMailbox* is Exchange's own: it is left alone"
account remove --account plain
expect_refusal 'account: remove, of what create has not made' 1 'mailflow_test_account: plain was not made by create: *'
account create --account-file other --account 'a b'
expect_error 'account: create, a name that is none' 3 'mailflow_test_account: --account: "a b" is no name for a new account: *'
account create --account-file other --account averylongnameforanaccount
expect_error 'account: create, a name that is too long' 3 '*is longer than the 20 characters *'
account create --account-file other --account x --ou "OU=Nowhere,$LAB_AD_BASE"
expect_refusal 'account: create, where there is no such place' 1 'mailflow_test_account: * ldap_send: *\(*--ou*'
account create --account-file other --account other --prove './prove refuse'
expect_refusal 'account: create, and the proof fails' 1 '*mailflow_test_account: other@lab.example was removed again'
expect_equal 'account: so nothing is left' '' "$(of '(cn=other)' cn)$(cat other 2>/dev/null || true)"
account create --account-file other --account other --then 'touch then-%u'
expect 'account: create, and --then' 0 '*other@lab.example is made*'
expect_equal 'account: which was run' then-other@lab.example "$(ls then-*)"
account create --account-file third --account third --then false
expect_refusal 'account: --then that fails' 1 'mailflow_test_account: all is done but --then: false: *exit code 1'
account remove --account other --account-file other
expect 'account: remove' 0 '*changetype: delete
# at this host
# other: removed, too
other@lab.example is removed'
expect_equal 'account: with its file' '' "$(of '(cn=other)' cn)$(cat other 2>/dev/null || true)"
account remove --account other
expect_error 'account: remove, where there is none' 1 'mailflow_test_account: no account other, *'

# ---- GSSAPI ----

tool spn add "ldap/$LAB_AD" 'DC1$'
printf '%s\n' "$LAB_AD_PASSWORD" | KRB5_CONFIG=$dir/ad/krb5.conf KRB5CCNAME=$dir/tickets kinit administrator >"$dir/log" 2>&1
check LSAN_OPTIONS="suppressions=${here%/lab}/lsan.supp:print_suppressions=0" KRB5_CONFIG="$dir/ad/krb5.conf" \
	KRB5CCNAME="$dir/tickets" mailflow_test_account reset --auth=gssapi --domain-controller "$LAB_AD" "${CA[@]}" \
	--account-file pw --password-max-age=0
expect 'account: reset by a Kerberos ticket' 0 '*has a new password*'
expect_logon 'account: by which one logs on, after GSSAPI' "ldap://$LAB_AD" "$user" pw

# ---- OpenLDAP ----

"$here/slapd" start "$dir/people" >"$dir/env"
# shellcheck source=/dev/null
. "$dir/env"
printf '%s\n' "$LAB_SLAPD_PASSWORD" | secret password
slapd=ldap://127.0.0.1:$LAB_SLAPD

people()
{
	check mailflow_test_account "$1" --domain-controller "127.0.0.1:$LAB_SLAPD" "${CA[@]}" -U "cn=keeper,$LAB_SLAPD_BASE" \
		--password-file password --replication-wait=0 "${@:2}"
}
reset_ada() { people reset --account ada --account-file ada --password-max-age=0 "$@"; }

printf '%s\n' "$LAB_SLAPD_PASSWORD" | secret ada
ada=uid=ada,ou=people,${LAB_SLAPD_BASE,,}
reset_ada
expect 'account: OpenLDAP, reset' 0 "*dn: $ada
# password modify (RFC 3062): \*\*\*\*
*$ada has a new password, which is in ada"
expect_logon 'account: OpenLDAP, and it is good' "$slapd" "$ada" ada
cp -p ada before
reset_ada --account "$ada"
expect 'account: OpenLDAP, by the DN' 0 '*has a new password*'
logs_on "$slapd" "$ada" before && not_ok 'account: OpenLDAP, the old one is gone' || ok 'account: OpenLDAP, the old one is gone'
printf 'short\n' | secret short
before=$(<ada)
reset_ada --new-password-file short
expect_refusal 'account: OpenLDAP, too short' 1 'mailflow_test_account: * ldap_send: *quality*\(*policy*'
cp -p ada history
reset_ada --new-password-file history
expect_refusal 'account: OpenLDAP, one of the history' 1 'mailflow_test_account: * ldap_send: *\(*policy*'
expect_equal 'account: OpenLDAP, the old one stays' "$before" "$(<ada)"
expect_logon 'account: OpenLDAP, and is good' "$slapd" "$ada" ada
ldapmodify -x -H "$slapd" -D "$LAB_SLAPD_USER" -w "$LAB_SLAPD_PASSWORD" >"$dir/log" <<END
dn: cn=policy,$LAB_SLAPD_BASE
changetype: modify
replace: pwdMinLength
pwdMinLength: 45

dn: cn=strict,$LAB_SLAPD_BASE
changetype: add
objectClass: device
objectClass: pwdPolicy
cn: strict
pwdAttribute: userPassword
pwdCheckQuality: 2
pwdMinLength: 50
pwdLockout: TRUE
pwdMaxFailure: 2
END
reset_ada
expect 'account: OpenLDAP, a random password keeps the strictest policy' 0 '*has a new password*'
expect_equal 'account: OpenLDAP, where the directory does not say which one holds' 50 "$(tr -d '\n' <ada | wc -c)"
ldapmodify -x -H "$slapd" -D "$LAB_SLAPD_USER" -w "$LAB_SLAPD_PASSWORD" >"$dir/log" <<END
dn: $ada
changetype: modify
replace: pwdPolicySubentry
pwdPolicySubentry: cn=strict,$LAB_SLAPD_BASE

dn: cn=policy,$LAB_SLAPD_BASE
changetype: modify
replace: pwdMinLength
pwdMinLength: 60
END
reset_ada
expect 'account: OpenLDAP, a policy of its own' 0 '*has a new password*'
expect_equal 'account: OpenLDAP, is the one that holds' 50 "$(tr -d '\n' <ada | wc -c)"
reset_ada --new-password-file short
expect_refusal 'account: OpenLDAP, and is told' 1 '*\(policy "strict": 50 characters or more)'
logs_on "$slapd" "$ada" wrong || true
reset_ada
expect_refusal 'account: OpenLDAP, where a refused proof would lock it, it is not tried' 1 \
	'mailflow_test_account: ada is one refused logon away from being locked*'
expect_logon 'account: OpenLDAP, and the old password is good' "$slapd" "$ada" ada
ldapmodify -x -H "$slapd" -D "$LAB_SLAPD_USER" -w "$LAB_SLAPD_PASSWORD" >"$dir/log" <<END
dn: cn=policy,$LAB_SLAPD_BASE
changetype: modify
replace: pwdMinLength
pwdMinLength: 10

dn: $ada
changetype: modify
delete: pwdPolicySubentry

dn: cn=strict,$LAB_SLAPD_BASE
changetype: delete
END
reset_ada -U "cn=blind,$LAB_SLAPD_BASE" --account "$ada"
expect_refusal 'account: OpenLDAP, no rights' 1 'mailflow_test_account: *'
reset_ada --account nobody
expect_refusal 'account: OpenLDAP, no such account' 1 'mailflow_test_account: no account nobody, *'
people reset --account-file ada --password-max-age=0
expect_refusal 'account: OpenLDAP, without a name' 3 'mailflow_test_account: *this is no Active Directory: give --account*'
people create --account probe --account-file probe --ou "ou=people,$LAB_SLAPD_BASE"
expect 'account: OpenLDAP, create' 0 "*uid=probe,ou=people,$LAB_SLAPD_BASE is made, and its password is in probe"
expect_logon 'account: OpenLDAP, and it can log on' "$slapd" "uid=probe,ou=people,$LAB_SLAPD_BASE" probe
printf 'short\n' | secret short
people create --account probe2 --account-file probe2 --ou "ou=people,$LAB_SLAPD_BASE" --new-password-file short
expect_refusal 'account: OpenLDAP, create with a bad password' 1 'mailflow_test_account: *quality*'
people show --account probe2
expect_error 'account: OpenLDAP, which leaves nothing' 1 'mailflow_test_account: no account probe2, *'
people remove --account probe --account-file probe
expect 'account: OpenLDAP, remove' 0 '*is removed'
people reset --account ada --account-file ada --password-max-age=0 --domain-controller "127.0.0.1:$LAB_SLAPD:PLAIN"
expect_error 'account: nothing in the clear' 3 'mailflow_test_account: --domain-controller: passwords are not sent in the clear: *'

# ---- replicas, and answers that are lost ----

"$here/slapd" start "$dir/replica" >"$dir/env2"
replica=$(sed -n 's/^LAB_SLAPD=//p' "$dir/env2")

# relayed PORT... -- ARGUMENT... - reset_ada, by connections that lead there (see "relay"); CONNECTIONS is how many it took
relayed()
{
	local ports=()

	while [ "$1" != -- ]; do
		ports+=("$1")
		shift
	done
	rm -f relay.out
	mkfifo hold
	"$here/relay" "${ports[@]}" <hold >relay.out &
	local relay=$!
	exec 8>hold
	until [ -s relay.out ]; do
		sleep 0.02
	done
	reset_ada --domain-controller "127.0.0.1:$(<relay.out):TLS" "${@:2}"
	exec 8>&-
	wait "$relay"
	rm hold
	CONNECTIONS=$(tail -n 1 relay.out)
}

# looking, changing, proving, and setting back have a connection each
relayed "$LAB_SLAPD" "$LAB_SLAPD" "$replica" "$LAB_SLAPD" --
expect 'account: a replica that does not know the password yet' 0 '*has a new password*'
expect_equal 'account: the second try is another connection' 4 "$CONNECTIONS"
expect_logon 'account: and all is well' "$slapd" "$ada" ada
before=$(<ada)
relayed "$LAB_SLAPD" "$LAB_SLAPD" "$replica" "$replica" "$LAB_SLAPD" -- -U "$LAB_SLAPD_USER"
expect_refusal 'account: a replica that lags behind' 1 \
	"mailflow_test_account: 127.0.0.1:* ldap_login: the new password is refused: Invalid credentials (*--replication-wait)
mailflow_test_account: $ada has its old password again"
expect_equal 'account: it was asked twice, and no more' 5 "$CONNECTIONS"
expect_equal 'account: the file keeps the old password' "$before" "$(<ada)"
expect_logon 'account: which is good again' "$slapd" "$ada" ada
relayed "$LAB_SLAPD" "$LAB_SLAPD" "$replica" "$replica" "$LAB_SLAPD" --
expect_refusal 'account: where the policy forbids to set it back' 1 \
	"*the new password of $ada is in ada, though not proved"
expect_logon 'account: the new one is kept' "$slapd" "$ada" ada
relayed "$LAB_SLAPD" "$LAB_SLAPD!" "$LAB_SLAPD" --
expect 'account: the answer to the change is lost, and a logon tells that it was made' 0 '*has a new password*'
expect_equal 'account: so many connections' 4 "$CONNECTIONS"
expect_logon 'account: and it is good' "$slapd" "$ada" ada

# ---- by a command ----

cat >set-password <<'END'
#!/bin/sh
cat >"stored-$1"
END
cat >log-on <<'END'
#!/bin/sh
cmp -s - "stored-$1"
END
chmod 755 set-password log-on
command=(mailflow_test_account reset --account probe --account-file probe --command './set-password %u' --replication-wait=0)
check "${command[@]}" --prove './log-on %u'
expect 'account: by a command' 0 '# at this host
# run: ./set-password %u
# probe: *
probe has a new password, which is in probe'
expect_equal 'account: which was told the password' "$(<probe)" "$(<stored-probe)"
before=$(<probe)
check "${command[@]}" --prove false --password-max-age=0
expect_refusal 'account: by a command, the proof fails' 1 '*mailflow_test_account: probe has its old password again'
expect_equal 'account: by a command, the old one is set back' "$before" "$(<stored-probe)"
touch -d 'next week' probe
check "${command[@]}" --prove './log-on %u'
expect 'account: a file from the future tells no age' 0 '*has a new password*'
touch -d '1 hour' probe
check "${command[@]}" --prove './log-on %u'
expect 'account: but its clock may be a little ahead' 0 'nothing to do: probe is 0.0 days old *'
check "${command[@]}" --prove './log-on %u' --password-max-age=0
expect 'account: and 0 days are always over' 0 '*has a new password*'
check "${command[@]}" --password-max-age=0
expect_error 'account: by a command, without a proof' 3 'mailflow_test_account: --command needs --prove: *'

# ---- several at once ----

touch -d '8 days ago' ada
for i in 1 2 3 4; do
	"$PROGRAMS/mailflow_test_account" reset --domain-controller "127.0.0.1:$LAB_SLAPD" "${CA[@]}" --account ada \
		-U "cn=keeper,$LAB_SLAPD_BASE" --password-file password --account-file ada --confirm=no >"said$i" 2>&1 </dev/null &
	resets[i]=$!
done
for i in 1 2 3 4; do
	wait "${resets[i]}" || not_ok 'account: four at once, each succeeds' "$(<"said$i")"
done
expect_equal 'account: four at once, one of them resets' '1 3' \
	"$(cat said? | grep -c 'has a new password') $(cat said? | grep -c 'nothing to do')"
expect_logon 'account: and its password is good' "$slapd" "$ada" ada

# ---- by the plugins ----

cat >set-dovecot <<'END'
#!/usr/bin/env python3
import base64, os, sys, time
path, user = sys.argv[1:]
password = sys.stdin.readline().rstrip("\n")
with open(path) as stream:
    lines = [line.split(":") for line in stream]
for line in lines:
    if line[0] == user:
        line[1] = "{PLAIN.b64}" + base64.b64encode(password.encode()).decode()
with open(path + ".new", "w") as stream:
    stream.writelines(":".join(line) for line in lines)
os.chmod(path + ".new", os.stat(path).st_mode & 0o777)
os.rename(path + ".new", path)
# Dovecot looks at it once in a second at most, and sees by the second whether it is another one
time.sleep(1.01 - time.time() % 1)
END
chmod 755 set-dovecot
for program in imap pop; do
	port=$LAB_IMAPS
	[ $program = imap ] || port=$LAB_POP3S
	who=reset@lab.example
	[ $program = imap ] || who=popreset@lab.example
	cat >account.ini <<-END
		[mailflow_test_account]
		command = $WORK/set-dovecot $LAB_DIR/passwd %u
		prove = $PROGRAMS/check_${program}_full --light -H 127.0.0.1:$port:SSL --ca-file $LAB_CA -U %u --password-file -
		[bad]
		command = $WORK/set-dovecot $LAB_DIR/passwd %u
		prove = false
		replication-wait = 0
	END
	printf '%s\n' "$PASSWORD" | secret mailbox
	./set-dovecot "$LAB_DIR/passwd" $who <mailbox
	run=("check_${program}_full" "${CA[@]}" "${SMTP[@]}" -H "127.0.0.1:$port:SSL" -U $who --password-file mailbox)
	with_tools "${run[@]}" --reset-test-account=@account.ini
	expect "account: ${program^^}, a young password stays" 0 "${program^^} OK - * delivered and read in * s |*"
	touch -d '8 days ago' mailbox
	with_tools "${run[@]}" --reset-test-account=bad@account.ini
	expect "account: ${program^^}, a reset that fails is a warning" 1 \
		"${program^^} WARNING - * the password was not renewed: --prove: *: $who has its old password again*"
	with_tools "${run[@]}" --reset-test-account=@account.ini
	expect "account: ${program^^}, an old password is renewed, and the test logs on by the new one" 0 \
		"${program^^} OK - * the password was renewed*"
	expect_equal "account: ${program^^}, it is another one" different \
		"$([ "$(<mailbox)" = "$PASSWORD" ] && echo the same || echo different)"
	check "${run[@]}"
	expect "account: ${program^^}, and stays good" 0 "${program^^} OK - *"
done

# each of a file of accounts, in its own file
cat >account.ini <<-END
	[mailflow_test_account]
	command = $WORK/set-dovecot $LAB_DIR/passwd %u
	prove = $PROGRAMS/check_imap_full --light -H 127.0.0.1:$LAB_IMAPS:SSL --ca-file $LAB_CA -U %u --password-file -
END
cat >accounts.ini <<-END
	[defaults]
	password-file = $WORK/%u.pw
	[reset@lab.example]
	[popreset@lab.example]
END
for who in reset popreset; do
	printf '%s\n' "$PASSWORD" | secret "$who@lab.example.pw"
	./set-dovecot "$LAB_DIR/passwd" "$who@lab.example" <"$who@lab.example.pw"
	touch -d '8 days ago' "$who@lab.example.pw"
done
with_tools check_imap_full --accounts accounts.ini "${CA[@]}" -H "127.0.0.1:$LAB_IMAPS:SSL" --light \
	--reset-test-account=@account.ini
expect 'account: the passwords of two accounts are renewed, and both log on by them' 0 'IMAP OK - 2 end points ok*
OK - reset@lab.example * the password was renewed
OK - popreset@lab.example * the password was renewed*'
expect_equal 'account: each has one of its own' 3 \
	"$(printf '%s\n' "$PASSWORD" | sort -u - ./*@lab.example.pw | wc -l)"

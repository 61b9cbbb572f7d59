# test_credentials.sh - odd passwords and user names, and every way to give a password

at=(-H "127.0.0.1:$LAB_IMAPS:SSL" "${CA[@]}")
light=(check_imap_full "${at[@]}" --light)

# logon NAME PASSWORD - by AUTHENTICATE, with and without initial response, and by what PLAIN offers
logon()
{
	local address

	printf '%s\n' "$2" | secret pw-odd
	for address in 127.0.0.1 127.0.0.8; do
		check check_imap_full "${CA[@]}" --light -H "$address:$LAB_IMAPS:SSL" -U "$1" --password-file pw-odd
		expect "imap: logon as $1 on $address" 0 'IMAP OK - *'
	done
	check MAILFLOW_PASSWORD="$2" check_imap_full --light -H "127.0.0.1:$LAB_IMAP:PLAIN" -U "$1"
	expect "imap: logon as $1 in plain text" 0 'IMAP OK - *'
	check "${light[@]}" -U "$1" -P "$2"
	expect "imap: logon as $1 with -P" 0 'IMAP OK - *'
	expect_not "imap: the password of $1 is not shown" "*$(printf %q "$2")*"
}

while IFS= read -r line; do
	case $line in ''|'#'*) continue ;; esac
	name=${line%%$'\t'*}
	password=${line#*$'\t'}
	password=${password%%$'\t'*}
	case $name in
	quote@*|backslash@*|percent@*|utf8@*|braces@*|edges@*|colon@*|probe|*\\*|*/*) logon "$name" "$password" ;;
	esac
done <"$(dirname "$LAB_TOOL")/users"

user=other@lab.example
password=battery-staple
printf '%s\n' "$password" | secret pw
printf '%s' "$password" | secret pw-no-newline
printf '%s\r\n' "$password" | secret pw-crlf
printf 'nonsense\n' | secret pw-wrong
for file in pw pw-no-newline pw-crlf; do
	check "${light[@]}" -U "$user" --password-file "$file"
	expect "imap: password from a file ($file)" 0 'IMAP OK - *'
done
check "${light[@]}" -U "$user" --password-file "$WORK/missing"
expect "imap: no such password file" 3 'IMAP UNKNOWN - *missing*'
check MAILFLOW_PASSWORD="$password" "${light[@]}" -U "$user"
expect "imap: password from the environment" 0 'IMAP OK - *'
check MAILFLOW_PASSWORD=nonsense "${light[@]}" -U "$user" --password-file pw
expect "imap: a password file comes before the environment" 0 'IMAP OK - *'
(umask 077 && printf '[probe]\nusername = %s\npassword = %s\n[check_imap_full]\nusername = %s\npassword = %s\n' \
	"$user" "$password" "$user" "$password" >probe.ini)
check "${light[@]}" --extra-opts=probe@probe.ini
expect "imap: password from an ini section" 0 'IMAP OK - *'
check "${light[@]}" --extra-opts=@probe.ini
expect "imap: password from the ini section of the plugin's name" 0 'IMAP OK - *'
check "${light[@]}" --extra-opts=probe@probe.ini --password-file pw-wrong -P "$password"
expect "imap: the command line comes before the ini file" 0 'IMAP OK - *'

check "${light[@]}" -U "$user" --password-file pw-wrong
expect "imap: wrong password" 2 'IMAP CRITICAL - *imap_login: "NO \[AUTHENTICATIONFAILED\] *" (*password*'
expect_not "imap: a wrong password is not shown either" '*nonsense*'
check "${light[@]}" -U nobody-here@lab.example --password-file pw
expect "imap: unknown user" 2 'IMAP CRITICAL - *imap_login: *AUTHENTICATIONFAILED*'
check "${light[@]}" -U "$user"
expect "imap: no password at all" 3 'IMAP UNKNOWN - *password*'
check "${light[@]}" --password-file pw
expect "imap: no user name" 3 'IMAP UNKNOWN - *-U USER*'

# The whole dialog may be shown; what is secret in it may not.
check check_imap_full "${at[@]}" "${SMTP[@]}" -U "$user" --password-file pw -vvv -o table
expect "imap: -vvv shows the dialog" 0 'Server*UID FETCH*'
expect_not "imap: -vvv does not show the password" "*$password*"
expect_not "imap: nor the password in base64" "*$(printf '\0%s\0%s' "$user" "$password" | base64 -w0)*"

# Names that are no address: say where the mail goes.
for pair in 'probe plain' 'LAB\probe windows' 'lab.example/probe/shared delegated'; do
	check MAILFLOW_PASSWORD="$PASSWORD" check_imap_full "${at[@]}" "${SMTP[@]}" -U "${pair% *}" \
		--mailto "${pair#* }@lab.example"
	expect "imap: round trip as ${pair% *}" 0 'IMAP OK - * delivered and read in *'
	check MAILFLOW_PASSWORD="$PASSWORD" check_imap_full "${at[@]}" "${SMTP[@]}" -U "${pair% *}"
	expect "imap: ${pair% *} is no address to send to" 3 'IMAP UNKNOWN - *--mailto*'
done

# Other credentials for SMTP than for IMAP
printf '%s\n' "$PASSWORD" | secret pw-probe
check check_imap_full "${at[@]}" "${SMTP[@]}" -U "$user" --password-file pw \
	--smtp-username probe@lab.example --smtp-password-file pw-probe
expect "imap: credentials of its own for SMTP" 0 'IMAP OK - *'
check check_imap_full "${at[@]}" "${SMTP[@]}" -U "$user" --password-file pw \
	--smtp-username probe@lab.example --smtp-password-file pw-wrong
expect "imap: wrong password for SMTP" 2 'IMAP CRITICAL - *smtp_login: *"535 5.7.8 *'
expect_equal "imap: no message is left behind" 0 "$(count "$user")"

# A person at a terminal is asked.
prompt='import os, pty, sys, select, termios
pid, fd = pty.fork()
if pid == 0:
    os.execv(sys.argv[2], sys.argv[2:])
said, sent, echo = b"", False, None
while True:
    try:
        piece = os.read(fd, 4096)
    except OSError:
        break
    if not piece:
        break
    said += piece
    if not sent and b"assword" in said:
        while termios.tcgetattr(fd)[3] & termios.ECHO:
            select.select([], [], [], 0.01)
        os.write(fd, sys.argv[1].encode() + b"\n")
        sent = True
sys.stdout.write(said.decode().replace("\r", ""))
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))'
COMMAND='check_imap_full --light at a terminal'
ERR='' CODE=0
OUT=$(NO_COLOR=1 timeout 20 python3 -c "$prompt" "$password" "$PROGRAMS/${light[0]}" "${light[@]:1}" -U "$user") || CODE=$?
[[ $OUT == "$user's password: "* ]] || OUT="asked for something else: $OUT"
OUT="IMAP${OUT#*IMAP}"
expect "imap: the password is asked for on a terminal" 0 'IMAP OK - *'
expect_not "imap: and not echoed" "*$password*"

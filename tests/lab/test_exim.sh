# test_exim.sh - check_smtp_connectors on Exim; LAB_EXIM is where it is unpacked (see unpack)

if [ -z "${LAB_EXIM:-}" ]; then
	echo '# skipped: no Exim is unpacked'
	exit 0
fi
exim=${LAB_TOOL%/lab}/exim
trap '"$exim" stop "$WORK/exim"' EXIT
chmod 755 .
"$exim" start "$WORK/exim" >ports
# shellcheck source=/dev/null
. ./ports
connectors=(check_smtp_connectors "${CA[@]}")
printf '%s\n' "$PASSWORD" | secret pw

for how in "$LAB_EXIM_SMTP:PLAIN" "$LAB_EXIM_SMTP:TLS" "$LAB_EXIM_SMTPS:SSL"; do
	check "${connectors[@]}" -H "localhost:$how" --fqdn exim.lab.example -v
	expect "exim: ${how#*:}" 0 \
		"SMTP OK - localhost:${how%:*} * in *"$'\nserver: 220 exim.lab.example ESMTP Exim *\nserver: 250-exim.lab.example Hello *'
done
for how in "$LAB_EXIM_SMTP:PLAIN" "$LAB_EXIM_SMTP:TLS"; do
	check "${connectors[@]}" -H "localhost:$how" -c logout=0.15
	expect "exim: ${how#*:}, it is not waited for where it waits for us to close" 0 "SMTP OK - *"
done
check "${connectors[@]}" -H "localhost:$LAB_EXIM_SMTP" --require 'SIZE>=20000000,AUTH=LOGIN,STARTTLS'
expect "exim: keywords from before and after TLS" 0 "SMTP OK - *"
check "${connectors[@]}" -H "localhost:$LAB_EXIM_SMTP:PLAIN" --forbid AUTH
expect "exim: no AUTH before TLS" 0 "SMTP OK - *"
check "${connectors[@]}" -H "localhost:$LAB_EXIM_SMTP" --require 'SIZE>=30000000'
expect "exim: SIZE is compared by number" 2 \
	"SMTP CRITICAL - localhost:$LAB_EXIM_SMTP smtp_capability: SIZE of 30000000 is required, but the server offers \"SIZE 20971520\"*"
check "${connectors[@]}" -H "localhost:$LAB_EXIM_SMTP" -U probe@lab.example --password-file pw
expect "exim: a logon" 0 "SMTP OK - localhost:$LAB_EXIM_SMTP logged on in *"
printf '[x]\nserver = localhost\nbindings = 127.0.0.1:%s\nauth = login\nusername = probe@lab.example\npassword-file = pw\n' \
	"$LAB_EXIM_SMTP" >c.ini
check "${connectors[@]}" --connectors c.ini
expect "exim: a logon by LOGIN" 0 "SMTP OK - x 127.0.0.1:$LAB_EXIM_SMTP logged on in *"
check "${connectors[@]}" -H "localhost:$LAB_EXIM_SMTP" -U other@lab.example --password-file pw
expect "exim: a wrong user" 2 "SMTP CRITICAL - localhost:$LAB_EXIM_SMTP smtp_login: \"535 *"
check "${connectors[@]}" -H "localhost:$LAB_EXIM_SMTP" --mailfrom a@lab.example --rcptto probe@lab.example
expect "exim: a recipient is accepted" 0 "SMTP OK - localhost:$LAB_EXIM_SMTP recipient accepted in *"
check "${connectors[@]}" -H "localhost:$LAB_EXIM_SMTP" --rcptto x@elsewhere.example --expect-reject
expect "exim: no open relay" 0 \
	"SMTP OK - localhost:$LAB_EXIM_SMTP recipient rejected as expected: \"550 relay not permitted\" in *"
check "${connectors[@]}" -H "localhost:$LAB_EXIM_SMTP" --rcptto x@elsewhere.example --expect-reject \
	--mailfrom a@nowhere.example
expect "exim: a sender that it cannot verify proves nothing" 2 \
	"SMTP CRITICAL - localhost:$LAB_EXIM_SMTP smtp_rcpt: not tested, sender refused: \"550 Verification failed for *"
check "${connectors[@]}" -H "localhost:$LAB_EXIM_SMTP" --rcptto later@elsewhere.example --expect-reject
expect "exim: refused for now proves nothing" 1 \
	"SMTP WARNING - localhost:$LAB_EXIM_SMTP smtp_rcpt: not tested, refused for now: \"451 *"
check "${connectors[@]}" -H "localhost:$LAB_EXIM_SMTP" --rcptto x@elsewhere.example --expect-reject \
	-U probe@lab.example --password-file pw
expect "exim: who has logged on may relay, which is found" 2 \
	"SMTP CRITICAL - localhost:$LAB_EXIM_SMTP smtp_rcpt: accepted, but was to be rejected*"
check "${connectors[@]}" -H "localhost:$LAB_EXIM_SMTP" --rcptto later@lab.example
expect "exim: a recipient is refused for now" 1 "SMTP WARNING - localhost:$LAB_EXIM_SMTP smtp_rcpt: \"451 4.7.1 *"
check "${connectors[@]}" -H "localhost:$LAB_EXIM_REJECT" -v
expect "exim: a port that turns everybody away" 2 \
	"SMTP CRITICAL - localhost:$LAB_EXIM_REJECT smtp_greeting: \"550 no mail from here\"*"$'\nstatus code: Permanent error\n*'
check "${connectors[@]}" -H "localhost:$LAB_EXIM_SMTP:SSL" --connection-timeout 5
expect "exim: TLS to a port in plain text" 2 "SMTP CRITICAL - localhost:$LAB_EXIM_SMTP smtp_tls: *"
expect_equal "exim: no message was handed in" '' "$(grep ' <= ' "$WORK"/exim/log/main || true)"

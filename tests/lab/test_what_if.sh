# test_what_if.sh - the steps that --what-if names are those that a test takes, in their order, in every mode

printf '%s\n' "$PASSWORD" | secret pw
user=demo@lab.example
logon=("${CA[@]}" -U $user --password-file pw)

# steps KEY - the names of the first target's steps, of the JSON in "out"
steps()
{
	python3 -c 'import json, sys; print(*(s["name"] for s in json.load(sys.stdin)["targets"][0][sys.argv[1]]))' "$1" \
		<"$WORK/out"
}

# as_planned NAME PROGRAM ARGUMENT...
as_planned()
{
	local name=$1 planned

	shift
	check "$@" -o json --what-if
	planned=$(steps planned_steps)
	check "$@" -o json
	expect_equal "$name" "$planned" "$(steps steps)"
}

for how in "$LAB_IMAP:TLS" "$LAB_IMAP:PLAIN" "$LAB_IMAPS:SSL"; do
	as_planned "what-if: IMAP round trip, ${how#*:}" \
		check_imap_full "${logon[@]}" "${SMTP[@]}" -H "localhost:$how" --max-age 12
	as_planned "what-if: IMAP logon, ${how#*:}" check_imap_full "${logon[@]}" --light -H "127.0.0.1:$how"
	as_planned "what-if: IMAP, mailbox opened, ${how#*:}" \
		check_imap_full "${logon[@]}" --light=mailbox -H "127.0.0.1:$how"
done
for how in "$LAB_POP3:TLS" "$LAB_POP3:PLAIN" "$LAB_POP3S:SSL"; do
	as_planned "what-if: POP3 round trip, ${how#*:}" \
		check_pop_full "${logon[@]}" --smtp "localhost:$LAB_SMTPS:SSL" -H "localhost:$how"
	as_planned "what-if: POP3 logon, ${how#*:}" check_pop_full "${logon[@]}" --light -H "127.0.0.1:$how"
	as_planned "what-if: POP3, maildrop opened, ${how#*:}" \
		check_pop_full "${logon[@]}" --light=mailbox -H "127.0.0.1:$how"
done
as_planned "what-if: handed in without a logon" check_imap_full "${logon[@]}" -H "localhost:$LAB_IMAP" \
	--smtp "127.0.0.1:$LAB_SMTP:PLAIN" --smtp-username=
for through in banner ehlo tls; do
	as_planned "what-if: connectors through $through" \
		check_smtp_connectors "${CA[@]}" -H "localhost:$LAB_SUBMISSION" --through=$through
done
as_planned "what-if: connectors through auth" check_smtp_connectors "${logon[@]}" -H "localhost:$LAB_SMTPS:SSL"
as_planned "what-if: connectors through mail" \
	check_smtp_connectors "${logon[@]}" -H "localhost:$LAB_SUBMISSION" --mailfrom=$user
as_planned "what-if: connectors through rcpt, one address" \
	check_smtp_connectors "${CA[@]}" -H "127.0.0.1:$LAB_SMTP:PLAIN" --rcptto=$user
printf '[a]\nserver = localhost\nbindings = 127.0.0.1:%s\n' "$LAB_SUBMISSION" >connectors.ini
as_planned "what-if: a connector's binding" check_smtp_connectors "${CA[@]}" --connectors connectors.ini

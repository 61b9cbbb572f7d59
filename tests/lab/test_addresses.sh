# test_addresses.sh - --all-addresses: each address of a host's name is a target, by a table of hosts that only this test
# sees

printf '%s\n' battery-staple | secret pw
user=other@lab.example
logon=("${CA[@]}" -U $user --password-file pw --all-addresses --certificate-name localhost)
printf '%s\n' "127.0.0.1 localhost two.lab.example" "::1 two.lab.example six.lab.example" \
	"127.0.0.1 three.lab.example" "127.0.0.3 three.lab.example" >hosts

# with_hosts PROGRAM ARGUMENT... - as check, where names are those of the file "hosts"
with_hosts()
{
	COMMAND="$*"
	CODE=0
	# shellcheck disable=SC2016
	unshare --mount sh -c 'mount --bind hosts /etc/hosts && exec "$@"' - env -i PATH=/usr/bin:/bin "$PROGRAMS/$@" \
		>out 2>err </dev/null || CODE=$?
	OUT=$(<out)
	ERR=$(<err)
}

for program in imap pop; do
	port=$LAB_IMAPS
	[ $program = imap ] || port=$LAB_POP3S
	check_program=check_${program}_full
	name=${program^^}
	with_hosts "$check_program" "${logon[@]}" --light=mailbox -H "two.lab.example:$port:SSL" -o csv
	expect "addresses: $name, both of a name are targets" 0 "*
two.lab.example 127.0.0.1:$port,*,Success,*
two.lab.example \[::1\]:$port,*,Success,*"
	with_hosts "$check_program" "${logon[@]}" --light=mailbox -H "two.lab.example:$port:SSL" -6
	expect "addresses: $name, the only one of a family" 0 "$name OK - two.lab.example \[::1\]:$port logged on *"
	with_hosts "$check_program" "${logon[@]}" --light=mailbox -H "two.lab.example:$port:SSL" -4
	expect "addresses: $name, one that the resolver says twice" 0 \
		"$name OK - two.lab.example 127.0.0.1:$port logged on *"
	with_hosts "$check_program" "${logon[@]}" --light -H "three.lab.example:$port:SSL"
	expect "addresses: $name, the one that fails is named" 2 \
		"$name CRITICAL - 1 of 2 end points ok, three.lab.example 127.0.0.3:$port ${program}_tls: certificate expired*"
	with_hosts "$check_program" "${logon[@]}" -H "six.lab.example:$port:SSL" --smtp="localhost:$LAB_SUBMISSION" -v
	expect "addresses: $name, a round trip at one address" 0 \
		"$name OK - six.lab.example \[::1\]:$port delivered and read in *address: \[::1\]:$port from *"
done

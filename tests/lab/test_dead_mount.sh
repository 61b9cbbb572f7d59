# test_dead_mount.sh - files on a file system that never answers: the run ends in time all the same, and says which

DEAD_PID=''
mkdir dead

# mount_dead MODE - on ./dead; fails where that cannot be done
mount_dead()
{
	local answer=''

	"$(dirname "$LAB_TOOL")/dead_mount" dead "$1" >dead.out 2>&1 &
	DEAD_PID=$!
	until [ -n "$answer" ]; do
		kill -0 $DEAD_PID 2>/dev/null || return 1
		sleep 0.05
		answer=$(<dead.out)
	done
}

# Whatever still waits gets an error when the server has gone.
unmount_dead()
{
	[ -n "$DEAD_PID" ] || return 0
	kill $DEAD_PID 2>/dev/null || true
	wait $DEAD_PID || true
	DEAD_PID=''
}
trap unmount_dead EXIT

# in_time NAME SERVICE TEXT COMMAND... - ends with one line, and in a second, or a little more where much else goes on
in_time()
{
	local begun=$EPOCHREALTIME

	check DEAD_MOUNT="$WORK" "${@:4}" -t 1
	expect "dead mount: $1" 3 "$2 UNKNOWN - $3: the file system does not answer within 1 s (--timeout)"
	if [ $((${EPOCHREALTIME/./} - ${begun/./})) -lt 5000000 ]; then
		ok "dead mount: $1, in time"
	else
		not_ok "dead mount: $1, in time"
	fi
}

# token_in_time NAME GLOB - mailflow_oauth_token, which says that on standard error
token_in_time()
{
	local begun=$EPOCHREALTIME

	check DEAD_MOUNT="$WORK" mailflow_oauth_token --token-url=https://127.0.0.1:1/ --client-id=probe \
		--client-secret-file=password --cache=dead/cache -t 1
	if [[ $CODE -eq 3 && -z $OUT && $ERR == $2 && $((${EPOCHREALTIME/./} - ${begun/./})) -lt 5000000 ]]; then
		ok "dead mount: tokens, $1"
	else
		report "dead mount: tokens, $1" "this was expected on stderr, in time: $2"
	fi
}

# unwritable NAME FILE REASON - a report that cannot be written there is told of in time, on both outputs
unwritable()
{
	local words="cannot write $2: $3"

	check DEAD_MOUNT="$WORK" "${smtp[@]}" --through banner -t 1 -o csv --output-file "$2"
	expect_equal "output file on $1: stderr" "check_smtp_connectors: $words" "$ERR"
	ERR=''
	expect "output file on $1" 3 "SMTP UNKNOWN - --output-file: $words (what was tested is *)"
}

# The processes of this test that are left.
waiting() { grep -lsF "DEAD_MOUNT=$WORK" /proc/[0-9]*/environ || true; }

imap=(check_imap_full -H "127.0.0.1:$LAB_IMAPS:SSL" -U probe@lab.example)
pop=(check_pop_full -H "127.0.0.1:$LAB_POP3S:SSL" -U probe@lab.example)
smtp=(check_smtp_connectors -H "127.0.0.1:$LAB_SMTP")
printf '[a]\nbindings = 127.0.0.1:25\nusername = probe\npassword-file = dead/password\n' >connectors.ini
printf '%s\n' "$PASSWORD" >password

if mount_dead deaf; then
	in_time 'password file' IMAP 'password file dead/password' "${imap[@]}" "${CA[@]}" --password-file dead/password
	in_time 'password file, absolute' POP "password file $PWD/dead/password" \
		"${pop[@]}" "${CA[@]}" --password-file "$PWD/dead/password"
	in_time 'SMTP password file' IMAP '--smtp-password-file: password file dead/password' "${imap[@]}" "${CA[@]}" \
		--password-file password --smtp-username x --smtp-password-file dead/password
	in_time 'CA file' POP '--ca-file: CA file dead/ca.pem' "${pop[@]}" --ca-file dead/ca.pem --password-file password
	in_time 'CA file of connectors' SMTP '--ca-file: CA file dead/ca.pem' "${smtp[@]}" --ca-file dead/ca.pem
	in_time 'ini file' SMTP '--extra-opts: dead/probe.ini' "${smtp[@]}" --extra-opts=@dead/probe.ini
	in_time 'ini file from the environment' IMAP '--extra-opts: dead/probe.ini' \
		MP_CONFIG_FILE=dead/probe.ini "${imap[@]}" --extra-opts=probe
	in_time 'ini file that is looked for' POP '--extra-opts: dead/monitoring-plugins.ini' \
		NAGIOS_CONFIG_PATH="$PWD:dead" "${pop[@]}" --extra-opts
	in_time 'connectors' SMTP '--connectors: dead/connectors.ini' check_smtp_connectors --connectors dead/connectors.ini
	in_time "a connector's password file" SMTP 'connectors.ini line 1: \[a\] password-file: password file dead/password' \
		check_smtp_connectors "${CA[@]}" --connectors connectors.ini
	unwritable 'a file system that never answers' dead/report.csv 'the file system does not answer'
	token_in_time 'cache' '*: no answer within 1 s (--timeout) (does the file system with the cache hang[?])'
	unmount_dead
	mount_dead silent
	in_time 'password file of a server that takes no request' IMAP 'password file dead/password' \
		"${imap[@]}" "${CA[@]}" --password-file dead/password
	unmount_dead
	mount_dead half
	in_time 'password file that can only be opened' IMAP 'password file dead/password' \
		"${imap[@]}" "${CA[@]}" --password-file dead/password
	in_time 'CA file that can only be opened' SMTP '--ca-file: CA file dead/ca.pem' "${smtp[@]}" --ca-file dead/ca.pem
	unmount_dead
	for ((i = 0; i < 100; i++)); do
		[ -n "$(waiting)" ] || break
		sleep 0.05
	done
	expect_equal 'dead mount: nobody waits for it any more' '' "$(waiting)"
else
	printf '# dead mounts are left out: FUSE cannot be mounted here\n'
fi

mkdir full
if mount -t tmpfs -o size=16k full full 2>full.err; then
	printf 'old\n' >full/report.csv
	head -c 16384 /dev/zero >full/rest 2>full.err || true
	unwritable 'a full disk' full/report.csv 'No space left on device'
	expect_equal 'output file on a full disk: the old one stays' 'old' "$(<full/report.csv)"
	expect_equal 'output file on a full disk: nothing is left beside it' 'report.csv rest' "$(ls -A full | xargs)"
	umount full
else
	printf '# a full disk is left out: tmpfs cannot be mounted here\n'
fi

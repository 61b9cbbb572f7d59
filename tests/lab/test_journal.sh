# test_journal.sh - --monitoring-context=journal: records in a journald of its own, read back by journalctl
#
# It is systemd-journald with a namespace, and a mount namespace puts its sockets where the journal's are. What the
# machine has of a journal sees nothing of it.

JOURNALD=/lib/systemd/systemd-journald
namespace=mailflow$$
sockets=/run/systemd/journal.$namespace
journald=
drop()
{
	[ -z "$journald" ] || kill "$journald" 2>/dev/null || true
	rm -rf "$sockets" /run/log/journal/*."$namespace" /var/log/journal/*."$namespace"
}
trap drop EXIT

if [ ! -x "$JOURNALD" ] || [ ! -s /etc/machine-id ] || ! unshare -m true 2>/dev/null; then
	echo '# skipped: no systemd-journald, or no mount namespaces'
	exit 0
fi
mkdir -p /run/systemd
"$JOURNALD" "$namespace" >journald.log 2>&1 &
journald=$!
for _ in {1..100}; do
	[ ! -S "$sockets/socket" ] || break
	sleep 0.1
done

# logged PROGRAM ARGUMENT... - as "check", where that journald's sockets are the journal's
logged()
{
	mkdir -p place/journal
	cat >program <<-END
		#!/bin/sh
		mount --bind "$sockets" "$WORK/place/journal"
		mount --rbind "$WORK/place" /run/systemd
		exec "$PROGRAMS/$1" "\$@"
	END
	chmod +x program
	COMMAND="$*"
	CODE=0
	env -i PATH=/usr/bin:/bin unshare -m ./program "${@:2}" >"$WORK/out" 2>"$WORK/err" </dev/null || CODE=$?
	OUT=$(<"$WORK/out")
	ERR=$(<"$WORK/err")
}

# record FIELD=VALUE - the newest record with that, a field a line; its context stands behind
record()
{
	journalctl --namespace="$namespace" --sync 2>/dev/null || true
	journalctl --namespace="$namespace" --quiet --all -n 1 -o json "$@" | python3 -c 'import json, sys
fields = json.load(sys.stdin)
for name in sorted(f for f in fields if f.startswith("MAILFLOW_") and f != "MAILFLOW_CONTEXT"):
	print(name, fields[name])
for name in "MESSAGE", "MESSAGE_ID", "PRIORITY", "SYSLOG_IDENTIFIER", "_TRANSPORT", "MAILFLOW_CONTEXT":
	print(name, fields[name])'
}

# expect_record NAME FIELD=VALUE GLOB
expect_record()
{
	local got

	got=$(record "$2")
	if [[ $got == $3 ]]; then
		ok "$1"
	else
		not_ok "$1" "this was expected: $3" "$got"
	fi
}

printf '%s\n' "$PASSWORD" | secret pw
printf 'wrong\n' | secret wrong
imap=(check_imap_full "${CA[@]}" -U demo@lab.example -H "localhost:$LAB_IMAP" --light --site=HQ
	--monitoring-context=journal)

logged "${imap[@]}" --password-file pw
expect "journal: a logon" 0 'IMAP OK - *event: Mailflow Imap4Connectivity 1000 Information, *'
expect_not "journal: it is there" '*warning:*'
expect_record "journal: its record" MAILFLOW_EVENT_ID=1000 "MAILFLOW_EVENT_ID 1000
MAILFLOW_EVENT_SOURCE Mailflow Imap4Connectivity
MAILFLOW_INSTANCE localhost:$LAB_IMAP|HQ
MAILFLOW_LATENCY_MS [0-9]*
MAILFLOW_RESULT Success
MAILFLOW_SEVERITY Information
MAILFLOW_SITE HQ
MAILFLOW_STATE OK
MAILFLOW_TARGET localhost:$LAB_IMAP
MAILFLOW_TARGETS 1
MAILFLOW_TARGETS_OK 1
MESSAGE IMAP OK - localhost:$LAB_IMAP logged on in *
MESSAGE_ID a17234233f764cd78d4116484a605661
PRIORITY 6
SYSLOG_IDENTIFIER check_imap_full
_TRANSPORT journal
MAILFLOW_CONTEXT OK - localhost:$LAB_IMAP logged on in *
event: Mailflow Imap4Connectivity 1000 Information, localhost:$LAB_IMAP|HQ
counters: Latency *, imap_resolve *, imap_logout * ms*"

logged "${imap[@]}" --password-file wrong
expect "journal: a refused logon" 2 'IMAP CRITICAL - *'
expect_record "journal: its record is found by the fault" MAILFLOW_FAULT=imap-auth-failed "*MAILFLOW_ERROR_KIND auth
*MAILFLOW_FAULT imap-auth-failed
*MAILFLOW_LATENCY_MS -1
*MAILFLOW_STEP imap_login
*PRIORITY 3
*imap_login -1*"

# a run that ends before any test
logged "${imap[@]}" --password-file none
expect "journal: a password file that is not there" 3 'IMAP UNKNOWN - cannot open password file none: *'
expect_record "journal: it has a record, too" MAILFLOW_EVENT_ID=1101 "*MAILFLOW_INSTANCE |HQ
*MAILFLOW_STATE UNKNOWN
*MESSAGE IMAP UNKNOWN - cannot open password file none: *
PRIORITY 4
*"

# more than a datagram holds
many=()
for port in {1..1200}; do
	many+=(-H "127.0.0.1:$port:PLAIN")
done
logged check_smtp_connectors "${many[@]}" --monitoring-context=journal -o csv
expect_equal "journal: all of many targets are in one record" 1200 \
	"$(record SYSLOG_IDENTIFIER=check_smtp_connectors | grep -c '^event: Mailflow SmtpConnectivity ')"

kill "$journald"
wait "$journald" || true
journald=
logged "${imap[@]}" --password-file pw
expect "journal: one that has ended" 0 'IMAP OK - *warning: the journal has no record of this: /run/systemd/journal/socket: *'

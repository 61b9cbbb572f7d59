# servers.sh - what "lab" and the scripts of the other servers beside it share: to start one, to await it, to end it
#
# Sourced by bash scripts. A server runs as a session of its own, whose number is kept in a file.
#
# shellcheck shell=bash

START_SECONDS=60
STOP_SECONDS=10

fail() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; return 1; }

# as_leader FILE LOG COMMAND... - in the background, as leader of a session whose number goes into FILE
as_leader()
{
	# shellcheck disable=SC2016
	setsid -f bash -c 'echo $$ >"$1"; exec "${@:2}"' - "$1" "${@:3}" </dev/null >>"$2" 2>&1
}

# free_address PORT[,PORT...] ADDRESS... - the first of these where nobody has these ports
free_address()
{
	python3 - "$@" <<'END'
import socket, sys
for address in sys.argv[2:]:
    try:
        for port in sys.argv[1].split(","):
            with socket.socket() as s:
                s.bind((address, int(port)))
    except OSError:
        continue
    print(address)
    break
END
}

greets() { (exec 3<>"/dev/tcp/127.0.0.1/$1" && read -r -t 2 <&3) 2>/dev/null; }

# without a connection, which a server may count, or take for the only one
listens() { grep -hq ":$(printf %04X "$1") [0-9A-F]*:0000 0A " /proc/net/tcp /proc/net/tcp6; }

# await greets|listens PORT... - until each of them does
await()
{
	local end=$((SECONDS + START_SECONDS)) port

	for port in "${@:2}"; do
		until "$1" "$port"; do
			[ $SECONDS -lt $end ] || { fail "nothing $1 at port $port after $START_SECONDS s"; return; }
			sleep 0.05
		done
	done
}

# living PGID - processes of the group; what is dead and waits for init to notice does not count
living() { pgrep -r D,I,R,S,T,t -g "$1" >/dev/null; }

# stop_group PGID-FILE - TERM, then KILL, and back when nothing of the group is left
stop_group()
{
	local pgid end=$((SECONDS + STOP_SECONDS)) signal=TERM

	[ -s "$1" ] || return 0
	pgid=$(<"$1")
	while living "$pgid"; do
		[ $signal = 0 ] || kill -$signal -- "-$pgid" 2>/dev/null || true
		signal=0
		if [ $SECONDS -ge $end ]; then
			signal=KILL
		fi
		sleep 0.02
	done
	rm -f "$1"
}

# library_path ROOT - where the libraries are that were unpacked with a server
library_path() { find "$1" -name '*.so.*' -printf '%h\n' | sort -u | paste -sd :; }

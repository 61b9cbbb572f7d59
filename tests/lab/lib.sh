# lib.sh - for tests/lab/test_*.sh: run a plugin against the lab, and judge what came out
#
# tests/lab/run has set LAB_... (see lab), LAB_TOOL, PROGRAMS (directory of the plugins) and WORK (a private
# directory, the current one). Each test prints "ok NAME" or "not ok NAME" with what came out below it. A test uses
# mailboxes that no other file of tests uses.
#
# shellcheck shell=bash disable=SC2034,SC2053,SC2154

# shellcheck source=../bench/line.sh
. "${LAB_TOOL%/lab/lab}/bench/line.sh"
PASSWORD=correct-horse
OUT='' ERR='' CODE=0
# What most tests need; a test adds -H and whatever it is about.
CA=(--ca-file "$LAB_CA")
SMTP=(--smtp "127.0.0.1:$LAB_SUBMISSION:TLS")

ok() { printf 'ok %s\n' "$1"; }

not_ok()
{
	printf 'not ok %s\n' "$1"
	shift
	printf '%s\n' "$@" | sed 's/^/    /'
}

# secret FILE - from standard input; others cannot read it, which would earn a warning
secret() { (umask 077 && cat >"$1"); }

# check [VARIABLE=VALUE...] PROGRAM ARGUMENT... - as a monitoring engine runs it: no terminal, next to no environment
check()
{
	local environment=(PATH=/usr/bin:/bin)

	while [[ $1 == *=* ]]; do
		environment+=("$1")
		shift
	done
	COMMAND="$*"
	CODE=0
	env -i "${environment[@]}" "$PROGRAMS/$@" >"$WORK/out" 2>"$WORK/err" </dev/null || CODE=$?
	OUT=$(<"$WORK/out")
	ERR=$(<"$WORK/err")
}

# with_tools PROGRAM ARGUMENT... - as check, where the package's own programs are installed
with_tools()
{
	local bindir

	bindir=$({ "$PROGRAMS/check_imap_full" --help=json || true; } | sed -n 's/.*"bindir": "\(.*\)".*/\1/p')
	COMMAND="$*"
	CODE=0
	# shellcheck disable=SC2016
	unshare --mount sh -c 'mount --bind "$0" "$1" && shift && exec "$@"' "$PROGRAMS" "$bindir" env -i PATH=/usr/bin:/bin \
		"$PROGRAMS/$@" >"$WORK/out" 2>"$WORK/err" </dev/null || CODE=$?
	OUT=$(<"$WORK/out")
	ERR=$(<"$WORK/err")
}

# tls VERSION - what "check" is to get in its environment, so that this one is spoken: 1.2 or 1.3
tls()
{
	local file=$WORK/tls-$1

	: >"$file"
	[ "$1" = 1.3 ] || printf '[overrides]\ndisabled-version = tls1.3\n' >"$file"
	echo "GNUTLS_SYSTEM_PRIORITY_FILE=$file"
}

# over_line MILLISECONDS PROGRAM ARGUMENT... - the same, where "@PORT@" leads to PORT over a line with this round trip; what
# was counted is in the file "line" (see tests/bench/long_line.c)
over_line() { check tests/bench/long_line line "$1" "$PROGRAMS/$2" "${@:3}"; }

# least_said MILLISECONDS PORT PROGRAM ARGUMENT... - the least of three runs over the line: a message that comes late is
# asked for once more
least_said()
{
	local run

	for run in {1..3}; do
		over_line "$1" "${@:3}"
		line_said line "$2"
	done | sort -n -k1,1 -k2,2 | head -n 1
}

# expect_as_little NAME MORE "LINES BYTES" "LINES BYTES" - the same lines in the second, and so many bytes more at most
expect_as_little()
{
	if [ "${3% *}" -gt 0 ] && [ "${3% *}" = "${4% *}" ] && [ "${4#* }" -le $((${3#* } + $2)) ]; then
		ok "$1"
	else
		not_ok "$1" "lines sent, bytes read: $3 against $4"
	fi
}

report() { not_ok "$1" "$2" "command: $COMMAND" "exit code: $CODE" "stdout: $OUT" "stderr: $ERR"; }

# expect NAME EXIT-CODE GLOB - for what "check" ran: the whole output matches, and an engine can read it
expect()
{
	local first=${OUT%%$'\n'*}

	if [ "$CODE" -ne "$2" ]; then
		report "$1" "exit code $2 was expected"
	elif [ -n "$ERR" ]; then
		report "$1" "nothing was expected on stderr"
	elif [[ $OUT != $3 ]]; then
		report "$1" "this was expected: $3"
	elif [[ $COMMAND != *" -o "* && $OUT == *'|'*'|'* || $OUT == *$'\n'*'|'* ]]; then
		report "$1" "more than one |, or not on the first line"
	elif [[ $COMMAND != *" -o "* && $(printf %s "${first%%|*}" | wc -c) -gt 251 ]]; then
		report "$1" "the status line is too long"
	elif [[ $COMMAND != *" -o "* ]] && ! PERFDATA=$("${LAB_TOOL%/lab/lab}/chat/chat_perfdata.py" <<<"$OUT"); then
		report "$1" "$PERFDATA"
	else
		ok "$1"
	fi
}

# expect_error NAME EXIT-CODE GLOB - for what "check" ran: this on standard error, and nothing on standard output
expect_error()
{
	if [ "$CODE" -ne "$2" ] || [ -n "$OUT" ] || [[ $ERR != $3 ]]; then
		report "$1" "exit code $2 and on stderr this were expected: $3"
	else
		ok "$1"
	fi
}

# expect_equal NAME EXPECTED ACTUAL - what differs is shown as by diff
expect_equal()
{
	if [ "$2" = "$3" ]; then
		ok "$1"
	else
		printf '%s\n' "$2" >"$WORK/expected"
		not_ok "$1" "$(printf '%s\n' "$3" | diff "$WORK/expected" -)"
	fi
}

# expect_not NAME GLOB - what "check" ran shows nothing of this
expect_not()
{
	if [[ $OUT$ERR == $2 ]]; then
		report "$1" "this was not expected: $2"
	else
		ok "$1"
	fi
}

# dump USER [MAILBOX] - every message with all that the server knows about it, but for \Recent, which the first
# session to open a mailbox takes away from all its messages (RFC 3501 section 2.3.2)
dump()
{
	"$LAB_TOOL" doveadm "$LAB_DIR" fetch -u "$1" 'guid uid flags date.received size.physical text' \
		mailbox "${2:-INBOX}" ALL | sed '/^flags: /{s/ *\\Recent//;s/ *$//}'
}

count() { "$LAB_TOOL" doveadm "$LAB_DIR" -f flow mailbox status -u "$1" messages "${2:-INBOX}" | sed 's/.*messages=//'; }

# uids USER [MAILBOX] - in one line
uids() { "$LAB_TOOL" doveadm "$LAB_DIR" -f tab fetch -u "$1" uid mailbox "${2:-INBOX}" ALL | tail -n +2 | paste -sd ' '; }

# put USER [MAILBOX] - a message from standard input into the mailbox
put() { "$LAB_TOOL" doveadm "$LAB_DIR" save -u "$1" -m "${2:-INBOX}"; }

# flag USER FLAG UID-SET
flag() { "$LAB_TOOL" doveadm "$LAB_DIR" flags add -u "$1" "$2" mailbox INBOX uid "$3"; }

empty() { "$LAB_TOOL" doveadm "$LAB_DIR" expunge -u "$1" mailbox "${2:-INBOX}" ALL; }

# letter SUBJECT [FIELD...] - an ordinary message with further header fields
letter()
{
	printf 'From: A Person <person@elsewhere.example>\nTo: reader@lab.example\n'
	printf 'Subject: %s\n' "$1"
	printf '%s\n' "${@:2}"
	printf '\nDear reader,\n.\nthis must not get lost.\n'
}

# old_date HOURS - for a Date field
old_date() { date -u -R -d "$1 hours ago"; }

# other PORT USER COMMAND... - another IMAP session (see "session"), on any server
other() { "${LAB_TOOL%/lab}/session" "$1" "$2" "$PASSWORD" "${@:3}"; }

# inbox USER - its file or folder, where Postfix delivers itself (see lab)
inbox() { printf '%s/%s\n' "$LAB_DIR/mail" "$(sed -n "s/^$1 //p" "$LAB_DIR/postfix/recipients")"; }

# deliver USER - a message from standard input, by Postfix; back when it is there
deliver()
{
	local before

	before=$(grep -c "to=<$1>.*status=sent" "$LAB_DIR/postfix.log" || true)
	python3 -c 'import smtplib, sys
with smtplib.SMTP("127.0.0.1", int(sys.argv[1])) as smtp:
    smtp.sendmail("person@elsewhere.example", sys.argv[2], sys.stdin.buffer.read())' "$LAB_SMTP" "$1"
	until [ "$(grep -c "to=<$1>.*status=sent" "$LAB_DIR/postfix.log" || true)" -gt "$before" ]; do
		sleep 0.05
	done
}

# meddling PORT PATTERN COMMAND... - from now on $MEDDLER is a port that leads to that one, and COMMAND is run just before
# the server hears PATTERN (see "meddle"); meddled ends it, and fails if nothing was done
meddling()
{
	mkfifo hold
	"${LAB_TOOL%/lab}/meddle" "$@" <hold >meddler &
	MEDDLING=$!
	exec 8>hold
	until [ -s meddler ]; do
		sleep 0.02
	done
	MEDDLER=$(<meddler)
}

meddled()
{
	exec 8>&-
	rm -f hold meddler
	wait "$MEDDLING"
}

# how often Postfix took a message from a client
accepted() { grep -c ': client=' "$LAB_DIR/postfix.log" || true; }

# ---- servers of other families ----

# what more a family needs over IMAP where there is no TLS
FAMILY_PLAIN=()

# family NAME - what every family must pass; LAB_NAME_... are its ports. Uses the mailbox of probe@name.lab.example.
family()
{
	local name=${1,,} ports how protocol at

	read -ra ports <<<"$(for how in IMAP IMAPS POP3 POP3S; do eval "printf '%s ' \"\$LAB_$1_$how\""; done)"
	FAMILY_USER=probe@$name.lab.example FAMILY_IMAP=${ports[0]} FAMILY_POP3=${ports[2]}
	printf '%s\n' "$PASSWORD" | secret pw
	for how in "imap ${ports[0]}:PLAIN" "imap ${ports[0]}:TLS" "imap ${ports[1]}:SSL" \
		"pop ${ports[2]}:PLAIN" "pop ${ports[2]}:TLS" "pop ${ports[3]}:SSL"; do
		read -r protocol at <<<"$how"
		family_full "$protocol" "$at" --light
		expect "$name: $protocol, ${at#*:}, a light logon" 0 "${protocol^^} OK - 127.0.0.1:${at%:*} logged on in *"
		family_full "$protocol" "$at" --light=mailbox
		expect "$name: $protocol, ${at#*:}, the mailbox is opened" 0 \
			"${protocol^^} OK - 127.0.0.1:${at%:*} logged on and opened the mailbox in *@(select|stat)=*"
		family_full "$protocol" "$at"
		expect "$name: $protocol, ${at#*:}, a round trip" 0 "${protocol^^} OK - 127.0.0.1:${at%:*} delivered and read in *"
	done
	expect_equal "$name: nothing is left" '' "$(other "$FAMILY_IMAP" "$FAMILY_USER" LIST)"
}

# family_tells NAME - of a message that comes while the plugin is in IDLE; it may come in a look between two IDLEs as well
family_tells()
{
	for _ in {1..5}; do
		family_full imap "$FAMILY_IMAP:TLS" --smtp "127.0.0.20:$LAB_SUBMISSION:TLS" -vvv -o table
		[[ $OUT != *'C: '*' IDLE'*'S: * 1 EXISTS'*'C: DONE'* ]] || break
	done
	expect "$1: imap, it tells in IDLE of what is new" 0 'Server*Success*C: * IDLE*S: \* 1 EXISTS*C: DONE*'
}

# family_seen NAME - messages that come late are seen when they come, and the server is not asked too often for them
family_seen()
{
	local late address most took looks

	while read -r late address most; do
		for _ in {1..5}; do # Postfix takes its time, too, and a busy machine may be late
			family_full imap "$FAMILY_IMAP:TLS" --smtp "$address:$LAB_SUBMISSION:TLS" -vvv -o table
			took=$(since_passed_on)
			looks=$(grep -c 'C: m[0-9a-f]* UID FETCH [0-9]*:\* ' <<<"$OUT" || true)
			! within_bounds "$late" "$took" "$looks" "$most" || break
		done
		expect "$1: imap, a message that comes after $late s" 0 'Server*Success*'
		if within_bounds "$late" "$took" "$looks" "$most"; then
			ok "$1: imap, it is seen when it comes"
		else
			report "$1: imap, it is seen when it comes" "$took ms later, after $looks looks"
		fi
	done <<-'END'
		1.2 127.0.0.17 14
		3 127.0.0.20 19
		9 127.0.0.21 28
	END
}

# How long after "alter" passed the message on it was seen, in milliseconds, of what "check" ran
since_passed_on()
{
	local began seen passed

	began=$(sed -n 's/^ *began: //p' <<<"$OUT")
	seen=$(sed -n 's/^ *\([0-9]*\) imap+tls S: X-Mailflow-Probe: .*/\1/p' <<<"$OUT" | head -n 1)
	passed=$(sed -n 's/.* S: X-Lab-Passed-On: //p' <<<"$OUT")
	echo $(($(date -d "$began" +%s%3N) + ${seen:-0} - ${passed:-0}))
}

# within_bounds LATE TOOK LOOKS MOST - a tenth and 0.3 s (see delivery_next_interval), and 0.4 s of Postfix
within_bounds()
{
	[ "$3" -le "$4" ] && awk -v late="$1" -v took="$2" 'BEGIN { exit !(took > 0 && took <= 100 * (late + 0.4) + 700) }'
}

# family_refuses NAME - a wrong password; some servers take their time
family_refuses()
{
	family_full imap "$FAMILY_IMAP:TLS" -P wrong
	expect "$1: imap, a wrong password" 2 'IMAP CRITICAL - 127.0.0.1:* imap_login: "NO *'
	family_full pop "$FAMILY_POP3:TLS" -P wrong
	expect "$1: pop, a wrong password" 2 'POP CRITICAL - 127.0.0.1:* pop_login: "-ERR *'
}

# family_full PROTOCOL PORT:TYPE [ARGUMENT...] - a round trip
family_full()
{
	local more=()

	[[ $1:$2 != imap:*:PLAIN ]] || more=("${FAMILY_PLAIN[@]}")
	check "check_$1_full" "${CA[@]}" "${SMTP[@]}" -U "$FAMILY_USER" --password-file pw -H "127.0.0.1:$2" "${more[@]}" \
		"${@:3}"
}

# family_folders NAME FOLDER - the server makes it, and the mailbox under test: so the message is in another one
family_folders()
{
	other "$FAMILY_IMAP" "$FAMILY_USER" "CREATE $2"
	# mailutils gives a mailbox that nobody has written to yet a new UIDVALIDITY each second
	for _ in 1 2 3; do
		family_full imap "$FAMILY_IMAP:TLS" -t 8 --mailbox "$2" --look-in=INBOX
		[[ $OUT == *renumbered* ]] || break
		other "$FAMILY_IMAP" "$FAMILY_USER" 'STORE 1:* +FLAGS (\Deleted)' EXPUNGE
	done
	expect "$1: imap, the message is in another folder" 2 \
		"IMAP CRITICAL - * delivery: message is in the folder \"INBOX\", not in $2 *"
	expect_equal "$1: imap, and deleted there" '' "$(other "$FAMILY_IMAP" "$FAMILY_USER" LIST)"
	family_full imap "$FAMILY_IMAP:TLS" -t 8 --mailto lost@lab.example --look-in "$2" -v
	expect "$1: imap, the message is nowhere" 2 'IMAP CRITICAL - * delivery: not there *'
	expect_not "$1: imap, which is found out" '*not found out*'
	family_full imap "$FAMILY_IMAP:TLS" --clean="$2"
	expect "$1: imap, a folder that is clean" 0 "IMAP OK - 127.0.0.1:$FAMILY_IMAP delivered and read in * s | *"
}

# family_mail NAME [COMMAND...] - other people's mail, which another session treats so; stale test messages go
family_mail()
{
	local name=$1 token=0123456789abcdef0123456789abcdef before subject protocol at

	subject="Mailflow probe $token"
	letter "A letter" | deliver "$FAMILY_USER"
	letter "$subject" "Date: $(old_date 100)" | deliver "$FAMILY_USER"
	letter "Re: $subject" "In-Reply-To: <$token@probe.example>" "Date: $(old_date 100)" | deliver "$FAMILY_USER"
	letter "Another letter" "X-Mailflow-Probe: $token" "Date: $(old_date 100)" | deliver "$FAMILY_USER"
	letter "$subject" "X-Mailflow-Probe: $token" "Date: $(old_date 23)" | deliver "$FAMILY_USER"
	other "$FAMILY_IMAP" "$FAMILY_USER" "${@:2}"
	before=$(family_dump)
	expect_equal "$name: five letters are there" 5 "$(other "$FAMILY_IMAP" "$FAMILY_USER" LIST | wc -l)"
	for at in "imap $FAMILY_IMAP:TLS" "pop $FAMILY_POP3:TLS"; do
		read -r protocol at <<<"$at"
		letter "[EXTERNAL] $subject" "X-Mailflow-Probe: $token" "Date: $(old_date 100)" | deliver "$FAMILY_USER"
		letter "$subject" "Message-ID: <$token@probe.example>" "Date: $(old_date 25)" | deliver "$FAMILY_USER"
		letter "Hello" "X-Mailflow-Probe: $token" "Message-ID: <$token@probe.example>" "Date: $(old_date 99)" |
			deliver "$FAMILY_USER"
		family_full "$protocol" "$at"
		expect "$name: $protocol, stale test messages are deleted" 0 "${protocol^^} OK - *3 stale test messages deleted*"
		expect_equal "$name: $protocol, letters are still there, byte for byte" "$before" "$(family_dump)"
	done
}

# mailutils adds fields of its own to messages
family_dump() { other "$FAMILY_IMAP" "$FAMILY_USER" DUMP | sed '/^X-IMAPbase:/d;/^X-UIDL:/d'; }

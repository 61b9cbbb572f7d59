# lib.sh - for tests/lab/test_*.sh: run a plugin against the lab, and judge what came out
#
# tests/lab/run has set LAB_... (see lab), LAB_TOOL, PROGRAMS (directory of the plugins) and WORK (a private
# directory, the current one). Each test prints "ok NAME" or "not ok NAME" with what came out below it. A test uses
# mailboxes that no other file of tests uses.
#
# shellcheck shell=bash disable=SC2034,SC2053,SC2154

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
	elif [[ $COMMAND != *" -o "* && $(printf %s "${first%%|*}" | wc -c) -gt 121 ]]; then
		report "$1" "the status line is too long"
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

# how often Postfix took a message from a client
accepted() { grep -c ': client=' "$LAB_DIR/postfix.log" || true; }

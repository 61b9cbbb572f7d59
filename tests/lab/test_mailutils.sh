# test_mailutils.sh - round trips on GNU mailutils, which has no UIDPLUS and keeps mail in mbox files; LAB_MAILUTILS is
# where it is unpacked (see unpack)

if [ -z "${LAB_MAILUTILS:-}" ]; then
	echo '# skipped: mailutils is not unpacked'
	exit 0
fi
mailutils=${LAB_TOOL%/lab}/mailutils
trap '"$mailutils" stop "$WORK/mailutils"' EXIT
chmod 755 .
"$mailutils" start "$WORK/mailutils" >ports
# shellcheck source=/dev/null
. ./ports
# it offers mechanisms for which it holds no secret; over TLS the password follows by itself
FAMILY_PLAIN=(--auth=PLAIN,LOGIN)
family MAILUTILS
check check_imap_full -U "$FAMILY_USER" --password-file pw -H "127.0.0.1:$FAMILY_IMAP:PLAIN" --light
expect "mailutils: imap, without TLS the password itself is sent only if asked for" 2 \
	'IMAP CRITICAL - * imap_login: "NO AUTHENTICATE SCRAM-SHA-256 *--auth=PLAIN*'
family_seen mailutils
family_refuses mailutils
family_folders mailutils Other
family_mail mailutils 'STORE 3 +FLAGS (\Flagged)'

# ---- others' mail is marked: without UIDPLUS ours cannot be expunged ----

marked=marked@mailutils.lab.example
# mailutils changes a number in its own field X-IMAPbase
session() { other "$FAMILY_IMAP" $marked "$@" | sed '/^X-IMAPbase:/d'; }
full() { check check_imap_full "${CA[@]}" "${SMTP[@]}" -U $marked --password-file pw -H "127.0.0.1:$FAMILY_IMAP:TLS"; }
for n in 1 2 3; do
	letter "Letter $n" "Date: $(old_date $((n * 100)))" | deliver $marked
done
session 'STORE 2 +FLAGS (\Deleted)' 'STORE 3 +FLAGS (\Flagged)'
before=$(session DUMP)
expect_equal "mailutils: a letter is marked by others" 1 "$(grep -c Deleted <<<"$before")"
for n in 1 2 3; do
	full
	expect "mailutils: ours stays marked, $n of three times" 0 'IMAP OK - * only marked \\Deleted (no UIDPLUS*'
done
for n in 4 5; do
	full
	expect "mailutils: $n of ours are too many" 1 \
		"IMAP WARNING - 127.0.0.1:$FAMILY_IMAP $n test messages are left, marked \\\\Deleted (no UIDPLUS)*"
done
expect_equal "mailutils: the letters are there, byte for byte" "$before" "$(session DUMP | head -n "$(wc -l <<<"$before")")"
expect_equal "mailutils: all of ours are marked" 5 "$(session LIST | grep -c '\\Deleted.*Mailflow probe')"

# ---- mailutils sees that a mailbox has changed by the size of its file alone ----

# What another program leaves when it has removed the first of two messages: a file that is as long as before
cat >remove-first.py <<'END'
import sys
with open(sys.argv[1], "r+b") as inbox:
    text = inbox.read()
    second = text.index(b"\nFrom ", 1) + 1
    inbox.seek(0)
    inbox.write(text[second:].ljust(second, b"\n"))
    inbox.truncate(second)
END
inbox=$(inbox "$FAMILY_USER")
blind=
for _ in 1 2 3; do
	: >"$inbox"
	{ letter "A long letter"; printf 'It goes on and on.\n%.0s' {1..200}; } | deliver "$FAMILY_USER"
	meddling "$FAMILY_IMAP" NOOP python3 remove-first.py "$inbox"
	family_full imap "$MEDDLER:PLAIN" -t 5
	# what arrives before the first NOOP is seen without one: then once more
	if meddled; then
		blind=yes
		break
	fi
done
if [ -n "$blind" ]; then
	expect "mailutils: a session that is blind to the message" 0 'IMAP OK - *session was blind*'
else
	report "mailutils: a session that is blind to the message" "nothing was removed"
fi

# test_late.sh - messages that come late at Dovecot, which pushes what is new half a second after it has come

printf '%s\n' "$PASSWORD" | secret pw
FAMILY_USER=late@lab.example FAMILY_IMAP=$LAB_IMAP
family_seen dovecot

# test_cyrus.sh - round trips on Cyrus; LAB_CYRUS is where it is unpacked (see unpack)

if [ -z "${LAB_CYRUS:-}" ]; then
	echo '# skipped: Cyrus is not unpacked'
	exit 0
fi
cyrus=${LAB_TOOL%/lab}/cyrus
trap '"$cyrus" stop "$WORK/cyrus"' EXIT
chmod 755 .
"$cyrus" start "$WORK/cyrus" >ports
# shellcheck source=/dev/null
. ./ports
family CYRUS
family_seen cyrus
family_tells cyrus
family_refuses cyrus
family_folders cyrus INBOX/Other
family_mail cyrus 'STORE 2 +FLAGS (\Deleted)' 'STORE 3 +FLAGS (\Flagged \Seen)'

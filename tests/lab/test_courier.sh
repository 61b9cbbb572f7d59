# test_courier.sh - round trips on Courier; LAB_COURIER is where it is unpacked (see unpack)

if [ -z "${LAB_COURIER:-}" ]; then
	echo '# skipped: Courier is not unpacked'
	exit 0
fi
courier=${LAB_TOOL%/lab}/courier
trap '"$courier" stop "$WORK/courier"' EXIT
chmod 755 .
"$courier" start "$WORK/courier" >ports
# shellcheck source=/dev/null
. ./ports
family COURIER
family_seen courier
family_full pop "$FAMILY_POP3:TLS" -c 9
expect "courier: pop, a LOGIN-DELAY of 10 s that is only announced costs no time" 0 'POP OK - *'
family_folders courier INBOX.Other
family_mail courier 'STORE 2 +FLAGS (\Deleted)' 'STORE 3 +FLAGS (\Flagged \Seen)'

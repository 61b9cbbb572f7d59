# test_thousand.sh - check_smtp_connectors with a thousand servers at once, which tests/bench/smtp_server stands in for

server=$PROGRAMS/tests/bench/smtp_server
connectors=(check_smtp_connectors --ca-file "$LAB_BUNDLE")
read -r good late silent <<<"$("$LAB_TOOL" ports 3)"
"$server" -c "$LAB_DIR/tls/good.pem" -k "$LAB_DIR/tls/good.key" "$good" >good.log 2>&1 &
pids=($!)
"$server" -c "$LAB_DIR/tls/good.pem" -k "$LAB_DIR/tls/good.key" -d 1000 "$late" >late.log 2>&1 &
pids+=($!)
"$server" -s "$silent" >silent.log 2>&1 &
pids+=($!)
trap 'kill "${pids[@]}"' EXIT
for ((i = 0; i < 200; i++)); do
	[ "$(cat good.log late.log silent.log | grep -c ready)" -lt 3 ] || break
	sleep 0.05
done

# thousand PORT - a file of as many connectors, each with an address of its own
thousand()
{
	awk -v port="$1" 'BEGIN { for (i = 0; i < 1000; i++)
		printf "[mx%d]\nserver = localhost\nbindings = 127.1.%d.%d:%d\n", i, i / 250, i % 250 + 1, port }'
}
thousand "$good" >good.ini
thousand "$late" >late.ini
thousand "$silent" >silent.ini
# sanitizers make a program slow
slow=1
if [[ $(ldd "$PROGRAMS/check_smtp_connectors") == *libasan* ]]; then
	slow=4
fi

# timed MILLISECONDS COMMAND... - as check; TOOK is how long it took, in milliseconds: once in three times no longer than that
timed()
{
	local begun

	for _ in {1..3}; do
		begun=${EPOCHREALTIME/./}
		check "${@:2}"
		TOOK=$(((${EPOCHREALTIME/./} - begun) / 1000)) MOST=$1
		[ "$TOOK" -gt "$MOST" ] || break
	done
}

# within NAME - what "timed" ran
within()
{
	if [ "$TOOK" -le "$MOST" ]; then
		ok "$1"
	else
		not_ok "$1" "it took $TOOK ms, at most $MOST were expected"
	fi
}

check "${connectors[@]}" --connectors good.ini --parallel 1000
expect "thousand: all are well" 0 \
	"SMTP OK - 1000 end points ok, slowest mx* | targets=1000;;;0 targets_ok=1000;;;0 total=* smtp_tls_median=* cert_days=*"
check "${connectors[@]}" --connectors good.ini -o table
expect "thousand: a row each" 0 $'Server*\n1000 end points: 1000 Success'
expect_equal "thousand: no more and no less" 1000 "$(grep -c ' Success  *220 bench.example' <<<"$OUT")"
check "${connectors[@]}" --connectors good.ini --fqdn bench.example --require 'SIZE>=10485760' --rcptto a@b.example
expect "thousand: through RCPT" 0 "SMTP OK - 1000 end points ok*"
(
	ulimit -n 64
	check "${connectors[@]}" --connectors good.ini --parallel 1000
	expect "thousand: with 64 descriptors" 0 "SMTP OK - 1000 end points ok*"
)
if [ $slow = 1 ]; then # sanitizers need more address space than any limit
	(
		ulimit -v 200000
		check "${connectors[@]}" --connectors good.ini --parallel 1000
		expect "thousand: with little memory" 0 "SMTP OK - 1000 end points ok*"
	)
fi
{
	cat good.ini
	printf '[last]\nserver = localhost\nbindings = 127.0.0.1:%s\n' "$LAB_CLOSED"
} >one-bad.ini
check "${connectors[@]}" --connectors one-bad.ini
expect "thousand: the one that fails is named" 2 \
	"SMTP CRITICAL - 1000 of 1001 end points ok, last 127.0.0.1:$LAB_CLOSED smtp_connect: Connection refused*"

timed $((15000 * slow)) "${connectors[@]}" --connectors late.ini --parallel 1000
expect "thousand: each greets after a second" 0 "SMTP OK - 1000 end points ok*"
within "thousand: they are waited for at once, not in turn"

timed $((3300 * slow)) "${connectors[@]}" --connectors silent.ini --parallel 1000 -t 3 -o table
expect "thousand: silent ones are all reported" 2 $'Server*\n1000 end points: 1000 Unable to connect'
expect_equal "thousand: each silent one has its row" 1000 "$(grep -c ' Unable to connect ' <<<"$(sed '$d' <<<"$OUT")")"
within "thousand: before the time is over"
timed $((3300 * slow)) "${connectors[@]}" --connectors silent.ini --parallel 100 -t 3 -o table
expect "thousand: what had to wait was not tested, and is no failure" 2 \
	$'Server*\n1000 end points: * Unable to connect, * External error'
within "thousand: and that too before the time is over"

# a person sees how far it is
COMMAND='check_smtp_connectors on a terminal'
CODE=0
TERM=xterm script -qec "'$PROGRAMS/check_smtp_connectors' -H 127.0.0.1:$good:PLAIN -H 127.0.0.1:$silent:PLAIN -t 2 >out" typescript \
	>/dev/null </dev/null || CODE=$?
OUT=$(<out) ERR=''
expect "thousand: on a terminal" 2 "SMTP CRITICAL - 1 of 2 end points ok*"
if grep -q '1/2 end points, 0 failed' typescript; then
	ok "thousand: the progress is shown"
else
	not_ok "thousand: the progress is shown" "$(cat -v typescript)"
fi

# test_back_end.sh - Dovecot and nginx as proxies in front of the lab's Dovecot: which side fails, and what the proxy costs
#
# LAB_NGINX is where nginx is unpacked (see unpack).
#
# shellcheck source=servers.sh
. "${LAB_TOOL%/lab}/servers.sh"

read -ra ports <<<"$("$LAB_TOOL" ports 8)"
dir=$WORK/proxy
imaps=${ports[1]} pop3s=${ports[3]} nowhere=${ports[4]}
mkdir -p "$dir"/{run,state}
chmod 755 "$WORK" "$dir"
printf '%s\n' "$PASSWORD" | secret pw
printf 'wrong\n' | secret pw-wrong
trap 'stop_group "$dir/pid"; stop_group "$dir/auth.pid"; stop_group "$dir/nginx.pgid"' EXIT

# proxy TEMPLATE - its configuration
proxy()
{
	sed -e "s|@DIR@|$dir|g; s|@TLS@|$LAB_DIR/tls|; s|@NGINX@|${LAB_NGINX:-}|; s|@NOWHERE@|$nowhere|" \
		-e "s|@IMAP@|${ports[0]}|; s|@IMAPS@|$imaps|; s|@POP3@|${ports[2]}|; s|@POP3S@|$pop3s|" \
		-e "s|@BACK_IMAPS@|$LAB_IMAPS|; s|@BACK_POP3S@|$LAB_POP3S|; s|@AUTH@|${ports[5]}|" \
		"${LAB_TOOL%/lab}/$1.conf.in" >"$dir/$1.conf"
}

# both imap|pop FRONT-PORT BACK-PORT ARGUMENT...
both()
{
	check "check_$1_full" "${CA[@]}" -U behind@lab.example --password-file pw -H "127.0.0.1:$2:SSL" \
		"--back-end=127.0.0.1:$3:SSL" "${@:4}"
}

# in_front NAME - what holds for any proxy at these ports
in_front()
{
	both imap "$imaps" "$LAB_IMAPS" --light
	expect "$1: imap, both sides answer" 0 'IMAP OK - 2 end points ok, slowest *, proxy [+-]* ms | targets=2;* proxy=*
proxy: total *, imap_tls *, imap_login *, beside 127.0.0.1:'"$LAB_IMAPS"'*'
	both pop "$pop3s" "$LAB_POP3S" --light=mailbox
	expect "$1: pop, both sides answer" 0 'POP OK - 2 end points ok, slowest *, proxy [+-]* ms | targets=2;* proxy=*'
	both imap "$imaps" "$LAB_IMAPS" "${SMTP[@]}"
	expect "$1: imap, a message through each of both" 0 'IMAP OK - 2 end points ok, *, proxy *'
	both pop "$pop3s" "$LAB_POP3S" "${SMTP[@]}"
	expect "$1: pop, a message through each of both" 0 'POP OK - 2 end points ok, *, proxy *'
	expect_equal "$1: nothing is left of it" 0 "$(count behind@lab.example)"
	both imap "$imaps" "$LAB_IMAPS" --light --password-file pw-wrong
	expect "$1: the back end refuses the password" 2 \
		'IMAP CRITICAL - 0 of 2 end points ok, 127.0.0.1:'"$LAB_IMAPS"' imap_login: * (wrong user or password)*, the back end itself fails | *'
	both imap "$imaps" "$LAB_IMAPS" --probe=proxy -o csv
	expect "$1: --probe=proxy" 0 '*,Test IMAP4 Proxy Test,Success,*,Test IMAP4 Logon (back end),Success,*'
	both imap "$imaps" "$LAB_IMAPS" --probe=deep
	expect "$1: --probe=deep" 0 "IMAP OK - 127.0.0.1:$LAB_IMAPS logged on and opened the mailbox in *"
	check check_imap_full "${CA[@]}" -H "127.0.0.1:$imaps:SSL" --probe=self
	expect "$1: --probe=self" 0 "IMAP OK - 127.0.0.1:$imaps answers in *"
}

# over_front MILLISECONDS FRONT BACK - ends of the options -H and --back-end, one of them over a long line
over_front()
{
	over_line "$1" check_imap_full "${CA[@]}" -U behind@lab.example --password-file pw --light -H "127.0.0.1:$2:SSL" \
		"--back-end=127.0.0.1:$3:SSL"
}

# ---- a maildrop that one session locks, and both sides want ----

check check_pop_full "${CA[@]}" "${SMTP[@]}" -U behind@lab.example --password-file pw -H "127.0.0.7:$LAB_POP3S:SSL" \
	"--back-end=127.0.0.7:$LAB_POP3:TLS"
expect "pop, both sides wait for each other" 0 'POP OK - 2 end points ok, *, proxy *'
expect_equal "pop, and nothing is left of it" 0 "$(count behind@lab.example)"

# ---- Dovecot ----

proxy proxy-dovecot
as_leader "$dir/pid" "$dir/log" dovecot -F -c "$dir/proxy-dovecot.conf"
await greets "${ports[0]}" "${ports[2]}"
in_front dovecot
over_front 200 "@$imaps@" "$LAB_IMAPS"
expect "dovecot: it is slow, and the back end is not" 0 'IMAP OK - *, proxy +* ms | * proxy=[0-9]*'
over_front 200 "$imaps" "@$LAB_IMAPS@"
expect "dovecot: the back end is slow when it is asked straight" 0 'IMAP OK - *, proxy -* ms | * proxy=-[0-9]*'
check check_imap_full "${CA[@]}" -U astray@lab.example --password-file pw -H "127.0.0.1:$imaps:SSL" \
	"--back-end=127.0.0.1:$LAB_IMAPS:SSL" --light
expect "dovecot: it goes to where no server is, and the back end answers" 2 \
	'IMAP CRITICAL - 1 of 2 end points ok, *imap_login: *, the back end answers: look at the front end/proxy | *'
check check_imap_full "${CA[@]}" -U astray@lab.example --password-file pw -H "127.0.0.1:$imaps:SSL" \
	"--back-end=127.0.0.1:$nowhere:SSL" --light
expect "dovecot: the back end has been stopped" 2 \
	"IMAP CRITICAL - 0 of 2 end points ok, 127.0.0.1:$nowhere imap_connect: *refused*, the back end itself fails | *"
stop_group "$dir/pid"
both pop "$pop3s" "$LAB_POP3S" --light
expect "dovecot: it has been stopped, and the back end answers" 2 \
	'POP CRITICAL - 1 of 2 end points ok, *pop_connect: *, the back end answers: look at the front end/proxy | *'

# ---- nginx ----

if [ -z "${LAB_NGINX:-}" ]; then
	echo '# skipped: nginx is not unpacked'
	exit 0
fi
proxy proxy-nginx
as_leader "$dir/auth.pid" "$dir/log" "${LAB_TOOL%/lab}/nginx_auth" "${ports[5]}" "$LAB_IMAP" "$LAB_POP3"
as_leader "$dir/nginx.pgid" "$dir/log" env "LD_LIBRARY_PATH=$(library_path "$LAB_NGINX")" "$LAB_NGINX/usr/sbin/nginx" \
	-p "$dir" -e "$dir/nginx.log" -c "$dir/proxy-nginx.conf"
await listens "$imaps" "${ports[5]}" || cat "$dir/nginx.log"
in_front nginx
stop_group "$dir/auth.pid"
both imap "$imaps" "$LAB_IMAPS" --light
expect "nginx: it does not know where to go, and the back end answers" 2 \
	'IMAP CRITICAL - 1 of 2 end points ok, *imap_login: *, the back end answers: look at the front end/proxy | *'

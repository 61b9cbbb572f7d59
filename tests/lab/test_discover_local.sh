# test_discover_local.sh - mailflow_discover reads the configurations of the servers that run here: what it prints is what
# listens; LAB_EXIM is where Exim is unpacked (see unpack)
dir=$WORK/discover_local
here=${LAB_TOOL%/lab}
mkdir -p "$dir/dovecot"
chmod 755 "$WORK" "$dir"
trap '[ -z "${LAB_EXIM:-}" ] || "$here/exim" stop "$dir/exim"; rm -rf "$dir"' EXIT
cp "$LAB_DIR/dovecot.conf" "$dir/dovecot"

discover() { check mailflow_discover "$@"; }

# as_nobody ARGUMENT... - the same for a user with no rights
as_nobody()
{
	COMMAND="as nobody: mailflow_discover $*" CODE=0
	setpriv --reuid=65534 --regid=65534 --clear-groups "$dir/mailflow_discover" "$@" >out 2>err </dev/null || CODE=$?
	OUT=$(<out) ERR=$(<err)
}

# listening PORT... - what is open at these ports, as bindings are written, in order
listening()
{
	python3 - "$@" <<'END'
import socket, sys
found = set()
for name, family in (("tcp", socket.AF_INET), ("tcp6", socket.AF_INET6)):
    for line in list(open("/proc/net/" + name))[1:]:
        address, port = line.split()[1].split(":")
        if line.split()[3] == "0A" and str(int(port, 16)) in sys.argv[1:]:
            words = bytes.fromhex(address)
            packed = b"".join(words[i:i + 4][::-1] for i in range(0, len(words), 4))
            found.add(("[%s]:%d" if family == socket.AF_INET6 else "%s:%d") % (socket.inet_ntop(family, packed), int(port, 16)))
print("\n".join(sorted(found)))
END
}

# bindings - of what was printed
bindings() { sed -n 's/^bindings = //p' <<<"$OUT" | sed 's/, /\n/g' | LC_ALL=C sort; }

# ---- Postfix ----

discover postfix --config-dir "$LAB_DIR/postfix"
expect 'postfix: all of master.cf' 0 '\[postfix *'
expect_equal 'postfix: what is printed is what listens' \
	"$(listening "$LAB_SMTP" "$LAB_SUBMISSION" "$LAB_SMTPS" "$LAB_PLAINAUTH" "$LAB_KERBEROS_PORT" \
		"$LAB_REJECT")" "$(bindings)"
expect_equal 'postfix: TLS from the first byte where it is overridden' 'connection-type = ssl' \
	"$(grep -A 2 -F "[postfix $LAB_SMTPS]" out | tail -n 1)"
expect_equal 'postfix: no TLS where it is overridden' 'connection-type = plaintext' \
	"$(grep -A 2 -F "[postfix $LAB_PLAINAUTH]" out | tail -n 1)"
{
	printf '[defaults]\nusername = probe@lab.example\npassword-file = %s\n' "$WORK/pw"
	grep -A 5 -F "[postfix $LAB_SMTPS]" out
} >connectors.ini
printf '%s\n' "$PASSWORD" | secret pw
sed -i 's/^certificate-name = .*/certificate-name = localhost/' connectors.ini
check check_smtp_connectors --connectors connectors.ini "${CA[@]}"
expect 'postfix: and check_smtp_connectors finds all well' 0 'SMTP OK - *'
discover postfix --config-dir "$LAB_DIR/postfix" --print=endpoints --service=smtp
expect 'postfix: end points' 0 "127.0.0.1:*:@(SSL|TLS|PLAIN)*"

mkdir -p "$dir/idle"
idle=$("$LAB_TOOL" ports 1)
cp "$LAB_DIR"/postfix/{main,master}.cf "$dir/idle"
sed -i "s/^127.0.0.1:$LAB_SMTP\>/127.0.0.1:$idle/;/^\[::1\]:$LAB_SMTP\>/d" "$dir/idle/master.cf"
discover postfix --config-dir "$dir/idle" --output-file file
expect 'postfix: where nothing listens' 1 \
	"DISCOVER WARNING - * connectors found; nothing listens at 127.0.0.1:$idle: is postfix running\?"
chmod 700 "$dir/idle"
cp "$PROGRAMS/mailflow_discover" "$dir"
as_nobody postfix --config-dir "$dir/idle"
expect_error 'postfix: no right to read' 3 'DISCOVER UNKNOWN - *postconf: fatal: *Permission denied*'
discover postfix --config-dir "$dir/nowhere"
expect_error 'postfix: no such directory' 3 'DISCOVER UNKNOWN - *postconf: fatal: *No such file or directory*'

# ---- Dovecot ----

discover dovecot --config-dir "$dir/dovecot" --print=endpoints
expect 'dovecot: IMAP' 0 "*127.0.0.1:$LAB_IMAPS:SSL
*127.0.0.1:$LAB_IMAP:TLS*"
expect_equal 'dovecot: what is printed is what listens' "$(listening "$LAB_IMAP" "$LAB_IMAPS")" \
	"$(sed 's/:[A-Z]*$//' out | LC_ALL=C sort)"
discover dovecot --config-dir "$dir/dovecot" --print=endpoints --service=pop
expect_equal 'dovecot: POP3' "$(listening "$LAB_POP3" "$LAB_POP3S")" "$(sed 's/:[A-Z]*$//' out | LC_ALL=C sort)"
discover dovecot --config-dir "$dir/dovecot"
expect 'dovecot: LMTP' 0 "\\[dovecot $LAB_LMTP\\]
bindings = 127.0.0.1:$LAB_LMTP
connection-type = *
protocol = lmtp"
discover dovecot --config-dir "$dir/dovecot" --print=accounts
expect 'dovecot: its users' 0 '*\[probe@lab.example\]*'
printf 'no such setting\n' >>"$dir/dovecot/dovecot.conf"
discover dovecot --config-dir "$dir/dovecot"
expect_error 'dovecot: a configuration that cannot be read' 3 'DISCOVER UNKNOWN - *doveconf: Fatal: *'

# ---- Exim ----

if [ -n "${LAB_EXIM:-}" ]; then
	"$here/exim" start "$dir/exim" >"$dir/env"
	# shellcheck source=/dev/null
	. "$dir/env"
	mkdir -p "$dir/bin"
	cat >"$dir/bin/exim4" <<-END
		#!/bin/sh
		NSS_WRAPPER_PASSWD=$dir/exim/passwd NSS_WRAPPER_GROUP=$dir/exim/group LD_PRELOAD=libnss_wrapper.so \
		LD_LIBRARY_PATH=$(. "$here/servers.sh" && library_path "$LAB_EXIM") exec "$LAB_EXIM/usr/sbin/exim4" "\$@"
	END
	chmod 755 "$dir/bin/exim4"
	check PATH="$dir/bin:/usr/bin:/bin" mailflow_discover exim --config-dir "$dir/exim"
	expect 'exim: its listeners' 0 '\[exim *'
	expect_equal 'exim: what is printed is what listens' \
		"$(listening "$LAB_EXIM_SMTP" "$LAB_EXIM_SMTPS" "$LAB_EXIM_REJECT")" "$(bindings)"
	expect_equal 'exim: TLS from the first byte' 'connection-type = ssl' \
		"$(grep -A 5 -F "[exim $LAB_EXIM_SMTPS]" out | grep connection-type)"
fi

# ---- Cyrus and OpenSMTPD: files ----

cat >"$dir/cyrus.conf" <<END
START { recover cmd="ctl_cyrusdb -r" }
SERVICES {
  # clear = no
  imap    cmd="imapd" listen="127.0.0.1:$LAB_IMAP" prefork=0
  imaps   cmd="/usr/lib/cyrus/bin/imapd -s" listen="[::1]:$LAB_IMAPS"
  pop3    cmd="pop3d" listen="127.0.0.1:$LAB_POP3"
  lmtp    cmd="lmtpd -a" listen="127.0.0.1:$LAB_LMTP"
  lmtpunix cmd="lmtpd" listen="/run/cyrus/socket/lmtp" prefork=0
  sieve   cmd="timsieved" listen="localhost:sieve"
}
END
printf 'tls_server_cert: /etc/ssl/cert.pem\n' >"$dir/imapd.conf"
discover cyrus --config-dir "$dir" --print=endpoints
expect 'cyrus: IMAP' 0 "127.0.0.1:$LAB_IMAP:TLS*"
[ "$LAB_IPV6" = 0 ] || expect 'cyrus: IMAP with TLS' 0 "*\\[::1\\]:$LAB_IMAPS:SSL"
discover cyrus --config-dir "$dir" --server mail.lab.example
expect 'cyrus: LMTP, and no local socket' 0 "\\[cyrus $LAB_LMTP\\]
bindings = 127.0.0.1:$LAB_LMTP
connection-type = tls
protocol = lmtp
certificate-name = mail.lab.example"
cat >"$dir/smtpd.conf" <<END
pki mail cert "/etc/ssl/cert.pem"
listen on socket
listen on lo port $LAB_SMTP \\
	tls pki mail hostname mail.lab.example
listen on 127.0.0.1 port $LAB_SMTPS smtps pki mail # wrapped
END
discover opensmtpd --config-dir "$dir"
expect 'opensmtpd: interfaces and addresses' 0 "*\\[opensmtpd $LAB_SMTP\\]
bindings = 127.0.0.1:$LAB_SMTP*
connection-type = tls
certificate-name = mail.lab.example*"
expect 'opensmtpd: TLS from the first byte' 0 "*\\[opensmtpd $LAB_SMTPS\\]
bindings = 127.0.0.1:$LAB_SMTPS
connection-type = ssl*"
printf 'listen on 127.0.0.1 port %s tls hostname $name\n' "$LAB_SMTP" >"$dir/smtpd.conf"
discover opensmtpd --config-dir "$dir" --output-file names
expect 'opensmtpd: its name is a macro' 1 'DISCOVER WARNING - *opensmtpd calls itself "$name", which is no name of a host: give --server*'
check check_smtp_connectors --connectors=names --what-if
expect 'opensmtpd: the rest can be tested' 0 'SMTP OK - *'
discover opensmtpd --config-dir "$dir" --server mail.lab.example
expect 'opensmtpd: its name as it is given' 0 '*certificate-name = mail.lab.example*'
discover opensmtpd --config-dir "$dir" --server mail.lab.example:25
expect_error 'opensmtpd: not with a port' 3 'DISCOVER UNKNOWN - --server: "mail.lab.example:25" is no name of a host'
for server in cyrus:cyrus opensmtpd:smtpd; do
	chmod 600 "$dir/${server#*:}.conf"
	as_nobody "${server%:*}" --config-dir "$dir"
	expect_error "${server%:*}: no right to read" 3 "DISCOVER UNKNOWN - *${server#*:}.conf: Permission denied*"
done
printf 'listen here\n' >"$dir/smtpd.conf"
discover opensmtpd --config-dir "$dir"
expect_error 'opensmtpd: no listener' 3 'DISCOVER UNKNOWN - *smtpd.conf has no "listen on"*'
discover cyrus --config-dir "$dir/nowhere"
expect_error 'cyrus: no such file' 3 "DISCOVER UNKNOWN - *$dir/nowhere/cyrus.conf: No such file or directory*"

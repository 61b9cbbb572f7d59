# gssapi.sh - for tests of Kerberos: a Dovecot that takes tickets of LAB.EXAMPLE, the lab's Postfix that does so by Cyrus
# SASL, and the plugins that have some
#
# Sourced behind servers.sh and lib.sh. DIR holds krb5.conf, server.keytab (imap, pop and smtp of localhost) and passwd
# before the Dovecot is started, whose session's number is in DIR/pid.
#
# shellcheck shell=bash disable=SC2154

gssapi_directory()
{
	mkdir -p "$1"/{run,state,home}
	chmod 755 "$WORK" "$1"
	chown nobody "$1/home"
}

# gssapi_dovecot DIR IMAP-PORT POP3-PORT
gssapi_dovecot()
{
	chmod 644 "$1/server.keytab"
	sed "s|@DIR@|$1|g;s|@LAB@|$LAB_DIR|g;s|@IMAP@|$2|;s|@POP3@|$3|" "${LAB_TOOL%/lab}/gssapi.conf.in" >"$1/conf"
	as_leader "$1/pid" "$1/log" dovecot -F -c "$1/conf"
	await greets "$2" "$3" || {
		cat "$1/log"
		return 1
	}
}

# gssapi_postfix DIR - whose port is $LAB_KERBEROS_PORT; a process that has served before knows of no keytab
gssapi_postfix()
{
	install -m 644 "$1/krb5.conf" "$LAB_DIR/postfix/sasl/krb5.conf"
	install -o postfix -m 600 "$1/server.keytab" "$LAB_DIR/postfix/sasl/keytab"
	pkill -x smtpd -g "$(<"$LAB_DIR/postfix.pgid")" || true
}

# with_tickets DIR PROGRAM ARGUMENT... - of no cache that is there already
with_tickets()
{
	check LSAN_OPTIONS="suppressions=${LAB_TOOL%/lab/lab}/lsan.supp:print_suppressions=0" \
		KRB5_CONFIG="$1/krb5.conf" KRB5CCNAME=MEMORY: "$2" "${CA[@]}" -v "${@:3}"
}

# gssapi DIR PROTOCOL PORT USER [ARGUMENT...] - a light logon
gssapi() { with_tickets "$1" "check_$2_full" --light -H "localhost:$3:TLS" -U "$4" "${@:5}"; }

# gssapi_smtp DIR USER [ARGUMENT...] - a logon at Postfix
gssapi_smtp() { with_tickets "$1" check_smtp_connectors -H "localhost:$LAB_KERBEROS_PORT:TLS" -U "$2" "${@:3}"; }

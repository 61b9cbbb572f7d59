# gssapi.sh - for tests of Kerberos: a Dovecot that takes tickets of LAB.EXAMPLE, and the plugins that have some
#
# Sourced behind servers.sh and lib.sh. DIR holds krb5.conf, server.keytab (imap and pop of localhost) and passwd before
# the Dovecot is started, whose session's number is in DIR/pid.
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
	await greets "$2" "$3"
}

# gssapi DIR PROTOCOL PORT USER [ARGUMENT...] - a light logon
gssapi()
{
	check LSAN_OPTIONS="suppressions=${LAB_TOOL%/lab/lab}/lsan.supp:print_suppressions=0" \
		KRB5_CONFIG="$1/krb5.conf" KRB5CCNAME=MEMORY: "check_$2_full" "${CA[@]}" --light -v \
		-H "localhost:$3:TLS" -U "$4" "${@:5}"
}

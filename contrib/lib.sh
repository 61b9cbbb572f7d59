# lib.sh - what contrib/demo and contrib/test share: Debian packages, and builds outside the source tree
#
# Sourced by bash scripts that have set PROGRAM. Owns build/ in the source tree and, while packages are being
# installed, /usr/sbin/policy-rc.d. It never starts or stops a service, and never removes a package.
#
# shellcheck shell=bash disable=SC2034

exec </dev/null # CI may have closed it
TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
POLICY=/usr/sbin/policy-rc.d

BUILD_PACKAGES=(autoconf autoconf-archive automake gcc libc6-dev libcurl4-gnutls-dev libexpat1-dev
	libgnutls28-dev libgsasl-dev libinih-dev libjansson-dev libldap-dev libsasl2-dev libunbound-dev make pkg-config)
LAB_PACKAGES=(ca-certificates dovecot-core dovecot-gssapi dovecot-imapd dovecot-lmtpd dovecot-pop3d dovecot-sieve
	gnutls-bin libnss-wrapper postfix procps python3)
# DNS, a directory, and Active Directory as Samba has it
LAB_PACKAGES+=(knot krb5-user ldap-utils libsasl2-modules-gssapi-mit samba samba-ad-provision samba-dsdb-modules
	samba-vfs-modules slapd winbind)
# Cyrus SASL, for Postfix besides Dovecot and for Cyrus; and a token for certificates
LAB_PACKAGES+=(libsasl2-modules libsasl2-modules-db sasl2-bin softhsm2)
# only unpacked: they cannot be installed beside Postfix and Dovecot
EXIM_PACKAGES=(exim4-daemon-light)
MAILUTILS_PACKAGES=(mailutils-imap4d mailutils-pop3d)
COURIER_PACKAGES=(courier-authdaemon courier-authlib courier-authlib-userdb courier-base courier-imap courier-pop gamin)
KERBEROS_PACKAGES=(krb5-kdc krb5-admin-server)
NGINX_PACKAGES=(nginx libnginx-mod-mail)
CYRUS_PACKAGES=(cyrus-common cyrus-imapd cyrus-pop3d)
PROMETHEUS_PACKAGES=(prometheus) # promtool, and the server that is asked what dashboards ask
ENGINE_PACKAGES=(icinga2-bin icinga2-common nagios4-core zabbix-agent)
# only with --all: Zabbix's server and front end are unpacked, and Icinga Director
ZABBIX_PACKAGES=(fping libopenipmi0 libsnmp40 php-bcmath php-cli php-gd php-mbstring php-pgsql php-xml postgresql)
ZABBIX_UNPACKED=(zabbix-frontend-php zabbix-server-pgsql)
DIRECTOR_PACKAGES=(php-cli php-curl php-intl php-mbstring php-pgsql php-soap php-xml postgresql)
DIRECTOR_UNPACKED=(icinga-php-library icinga-php-thirdparty icingacli icingaweb2-common icingaweb2-module-director
	icingaweb2-module-graphite icingaweb2-module-incubator icingaweb2-module-reactbundle php-icinga)
# what tests/packages/run wants; a chroot only where all is tested
PACKAGING_PACKAGES=(apparmor debhelper devscripts lintian rpm)
CHROOT_PACKAGES=(mmdebstrap)
# another C library, to compile with
MUSL_PACKAGES=(musl-tools)
# only with --all: of Debian 13, unpacked with all that they depend on
DOVECOT24_PACKAGES=(dovecot-imapd dovecot-pop3d)
TEST_PACKAGES=("${ENGINE_PACKAGES[@]}" "${PACKAGING_PACKAGES[@]}" bash-completion check chromium clang
	libclang-rt-dev mandoc openssl python3-jsonschema python3-prometheus-client systemd valgrind xz-utils zsh)

say() { printf '%s: %s\n' "$PROGRAM" "$*" >&2; }
die() { say "$*"; exit 1; }

# missing_packages NAME... - the ones of them that are not installed, in one line
missing_packages()
{
	local name

	for name; do
		case $(dpkg-query -W -f '${db:Status-Abbrev}' "$name" 2>/dev/null) in
		ii*|hi*) ;;
		*) printf '%s ' "$name" ;;
		esac
	done
}

# Debian starts a service as soon as its package is installed. A policy-rc.d that says 101 ("not allowed")
# prevents it, so that nothing of this ever listens on the machine's own ports.
deny_service_starts()
{
	if [ -x "$POLICY" ] && { "$POLICY" postfix start >/dev/null 2>&1; [ $? -eq 101 ]; }; then
		return
	fi
	POLICY_KEPT=$(mktemp -d)
	if [ -e "$POLICY" ]; then
		mv "$POLICY" "$POLICY_KEPT/policy-rc.d"
	fi
	printf '#!/bin/sh\nexit 101\n' >"$POLICY"
	chmod 755 "$POLICY"
	trap 'allow_service_starts' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
}

allow_service_starts()
{
	[ -n "${POLICY_KEPT:-}" ] || return 0
	rm -f "$POLICY"
	if [ -e "$POLICY_KEPT/policy-rc.d" ]; then
		mv "$POLICY_KEPT/policy-rc.d" "$POLICY"
	fi
	rmdir "$POLICY_KEPT"
	POLICY_KEPT=
	trap - EXIT INT TERM HUP
}

apt() { apt-get -q -y -o DPkg::Lock::Timeout=300 -o APT::Install-Recommends=false "$@" </dev/null; }

# --no-remove: another mail server on this machine stays; apt-get fails instead.
apt_install()
{
	DEBIAN_FRONTEND=noninteractive apt install --no-install-recommends --no-remove "$@"
}

# install_packages NAME... - what is there already is left as it is, and costs no time
install_packages()
{
	local missing log

	read -ra missing <<<"$(missing_packages "$@")"
	[ ${#missing[@]} -gt 0 ] || return 0
	[ "$(id -u)" -eq 0 ] || die "run me as root, or install first: ${missing[*]}"
	command -v apt-get >/dev/null || die "no apt-get here. Install what corresponds to: ${missing[*]}"
	say "installing ${missing[*]}"
	log=$(mktemp)
	deny_service_starts
	preseed_postfix "${missing[@]}"
	if ! { have_package_lists && apt_install "${missing[@]}"; } >"$log" 2>&1 &&
	   ! { apt update && apt_install "${missing[@]}"; } >>"$log" 2>&1; then
		tail -n 20 "$log" >&2
		allow_service_starts
		rm -f "$log"
		explain_conflict "${missing[@]}"
		die "these packages could not be installed: ${missing[*]}"
	fi
	rm -f "$log"
	allow_service_starts
}

have_package_lists() { compgen -G '/var/lib/apt/lists/*Packages*' >/dev/null; }

# The package's own configuration is not used: the lab brings a private one.
preseed_postfix()
{
	case " $* " in
	*" postfix "*)
		echo 'postfix postfix/main_mailer_type select No configuration' |
			debconf-set-selections 2>/dev/null || true ;;
	esac
}

explain_conflict()
{
	local other

	other=$(dpkg-query -W -f '${db:Status-Abbrev} ${Package} ${Provides}\n' 2>/dev/null |
		awk '$1 == "ii" && $2 != "postfix" && / mail-transport-agent/ { print $2; exit }')
	case " $* " in
	*" postfix "*) [ -z "$other" ] || die "the tests need Postfix, which Debian cannot install beside" \
		"$other; nothing was removed. Run this in a container or a virtual machine." ;;
	esac
}

# make_configure - configure, where it is missing or older than what it is made from
make_configure()
{
	local made=$TOP/configure

	if [ -x "$made" ] && [ -e "$TOP/Makefile.in" ] && [ ! "$TOP/configure.ac" -nt "$made" ] &&
	   [ ! "$TOP/Makefile.am" -nt "$TOP/Makefile.in" ]; then
		return
	fi
	say "making configure"
	(cd "$TOP" && mkdir -p m4 build-aux && autoreconf -fi) >"$TOP/build/autoreconf.log" 2>&1 || {
		cat "$TOP/build/autoreconf.log" >&2
		die "autoreconf failed"
	}
}

# build NAME [CONFIGURE-ARGUMENT...] - into build/NAME; make decides what is out of date
build()
{
	local dir=$TOP/build/$1

	shift
	mkdir -p "$dir"
	make_configure
	if [ ! -e "$dir/config.status" ] || [ "$TOP/configure" -nt "$dir/config.status" ]; then
		say "configuring $dir $*"
		(cd "$dir" && "$TOP/configure" -q "$@") >"$dir/build.log" 2>&1 || {
			cat "$dir/build.log" >&2
			return 1
		}
	fi
	say "building $dir"
	make -C "$dir" -j"$(nproc)" >"$dir/build.log" 2>&1 || {
		tail -n 60 "$dir/build.log" >&2
		return 1
	}
}

# fetch_server NAME PACKAGE... - unpack a server into build/NAME, for the tests; what is there is left as it is
fetch_server()
{
	local dir=$TOP/build/$1 log=$TOP/build/$1.log unpack=$TOP/tests/lab/unpack

	mkdir -p "$TOP/build"
	if ! "$unpack" "$dir" "${@:2}" >"$log" 2>&1 &&
	   ! { apt update && "$unpack" "$dir" "${@:2}"; } >>"$log" 2>&1; then
		cat "$log" >&2
		return 1
	fi
}

# fetch_later_server NAME USERS PACKAGE... - one of Debian 13, into a root of its own with these service users
fetch_later_server()
{
	local dir=$TOP/build/$1 log=$TOP/build/$1.log

	[ -d "$dir" ] || say "unpacking ${*:3} of Debian 13"
	if ! SERVICE_USERS=$2 "$TOP/tests/lab/unpack_root" "$dir" trixie "${@:3}" >"$log" 2>&1; then
		tail -n 20 "$log" >&2
		return 1
	fi
}

fetch_servers()
{
	fetch_server exim "${EXIM_PACKAGES[@]}" && fetch_server mailutils "${MAILUTILS_PACKAGES[@]}" &&
		fetch_server courier "${COURIER_PACKAGES[@]}" && fetch_server cyrus "${CYRUS_PACKAGES[@]}" &&
		fetch_server kerberos "${KERBEROS_PACKAGES[@]}" && fetch_server nginx "${NGINX_PACKAGES[@]}" &&
		fetch_server prometheus "${PROMETHEUS_PACKAGES[@]}" || return
	export PROMTOOL=$TOP/build/prometheus/usr/bin/promtool
	export LAB_EXIM=$TOP/build/exim LAB_MAILUTILS=$TOP/build/mailutils
	export LAB_COURIER=$TOP/build/courier LAB_CYRUS=$TOP/build/cyrus LAB_KERBEROS=$TOP/build/kerberos
	export LAB_NGINX=$TOP/build/nginx
}

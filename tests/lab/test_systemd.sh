# test_systemd.sh - what a real systemd says of the servers of this host is told by mailflow_discover: Debian's own units
# and generators, with programs that do nothing in the servers' place; the lab's Postfix and Dovecot are what listens
dir=$WORK/systemd
here=${LAB_TOOL%/lab}
units=$dir/units
mkdir -p "$units/multi-user.target.wants" "$dir/generators" "$dir/init.d" "$dir/rc.d" "$dir/dovecot"
trap '"$here/systemd" stop "$dir"; rm -rf "$dir"' EXIT

# drop_in UNIT LINE... - what stands in for the server
drop_in()
{
	mkdir -p "$units/$1.d"
	printf '%s\n' '[Unit]' DefaultDependencies=no "${@:2}" >"$units/$1.d/lab.conf"
}

sleeps=('[Service]' Type=simple NonBlocking=no PrivateTmp=no PrivateDevices=no ProtectSystem=no ExecStartPre= ExecStart=
	ExecStop= 'ExecStart=/bin/sleep 1000')
printf '[Unit]\nDefaultDependencies=no\n' >"$units/multi-user.target"
ln -s multi-user.target "$units/default.target"
cp /lib/systemd/system/postfix.service /lib/systemd/system/postfix@.service /lib/systemd/system/dovecot.socket "$units"
drop_in postfix.service
drop_in postfix@.service "${sleeps[@]}"
drop_in dovecot.service "${sleeps[@]}"
drop_in dovecot.socket '[Socket]' ListenStream= ListenStream=/run/dovecot.socket
cp /lib/systemd/system-generators/postfix-instance-generator /lib/systemd/system-generators/systemd-sysv-generator \
	"$dir/generators"
cp "$LAB_DIR/dovecot.conf" "$dir/dovecot"
cat >"$dir/init.d/dovecot" <<'END'
#!/bin/sh
### BEGIN INIT INFO
# Provides: dovecot
# Required-Start:
# Required-Stop:
# Default-Start: 2 3 4 5
# Default-Stop: 0 1 6
### END INIT INFO
END
chmod 755 "$dir/init.d/dovecot"
{
	printf '%s %s\n' "$dir/generators" /usr/lib/systemd/system-generators "$dir/init.d" /etc/init.d
	printf '%s %s\n' "$LAB_DIR/postfix" /etc/postfix "$dir/dovecot" /etc/dovecot
	for level in 2 3 4 5; do
		printf '%s %s\n' "$dir/rc.d" "/etc/rc$level.d"
	done
} >"$dir/mounts"

ctl() { "$here/systemd" run "$dir" systemctl --quiet "$@" >>"$dir/ctl" 2>&1; }

# discover ARGUMENT... - where that systemd runs
discover()
{
	COMMAND="mailflow_discover $*"
	CODE=0
	"$here/systemd" run "$dir" env -i PATH=/usr/bin:/bin "$PROGRAMS/mailflow_discover" "$@" >out 2>err </dev/null || CODE=$?
	OUT=$(<out)
	ERR=$(<err)
}

# told NAME [LINE...] - the warnings, and no others
told()
{
	expect_equal "$1" "$(printf '%s\n' "$([ $# -eq 1 ] && echo 0 || echo 1)" "${@:2}")" "$(printf '%s\n' $CODE "${ERR#*found; }")"
}

ln -s ../postfix.service "$units/multi-user.target.wants/"

if ! "$here/systemd" start "$dir" 2>"$dir/why"; then
	printf '# systemd: skipped, this kernel lets none run: %s\n' "$(tail -n 1 "$dir/why")"
	exit 0
fi

# ---- Postfix: one unit that does nothing, and one for each instance ----

ctl start postfix.service
discover postfix
told 'systemd: a service that runs and is enabled is not worth a word'
discover postfix --config-dir "$LAB_DIR/postfix"
told 'systemd: nor is it asked for another configuration'
ctl kill --signal=KILL postfix@-.service
until ! ctl is-active postfix@-.service; do :; done
discover postfix
told 'systemd: an instance that has ended, though its service is active' 'postfix@-.service is not running (failed)'
ctl start postfix@-.service
rm "$units/multi-user.target.wants/postfix.service"
ctl daemon-reload
discover postfix
told 'systemd: running, and not started with the machine' \
	'postfix.service is not started with the machine (disabled)'
ctl stop postfix.service
discover postfix
told 'systemd: neither' 'postfix.service is not running (inactive)' \
	'postfix.service is not started with the machine (disabled)' 'postfix@-.service is not running (inactive)'
mv "$units/postfix.service" "$dir" && ln -s /dev/null "$units/postfix.service"
ctl daemon-reload
discover postfix
told 'systemd: masked' 'postfix.service is masked: nothing can start it' 'postfix@-.service is not running (inactive)'

# ---- Dovecot: a script in init.d, then a socket ----

dovecot() { discover dovecot --print=endpoints; }
ctl start dovecot.service
dovecot
told 'systemd: a script that nothing links to' 'dovecot.service is not started with the machine (generated)'
ln -s ../init.d/dovecot "$dir/rc.d/S01dovecot"
ctl daemon-reload
dovecot
told 'systemd: one that is linked to is'
ctl stop dovecot.service
cp /lib/systemd/system/dovecot.service "$units"
ctl daemon-reload
dovecot
told 'systemd: a service that is stopped, and not enabled' 'dovecot.service is not running (inactive)' \
	'dovecot.service is not started with the machine (disabled)'
ctl start dovecot.socket
dovecot
told 'systemd: a socket that is there until the next start only' \
	'dovecot.socket is not started with the machine (disabled)'
mkdir -p "$units/sockets.target.wants"
ln -s ../dovecot.socket "$units/sockets.target.wants/"
ctl daemon-reload
dovecot
told 'systemd: a socket that waits for the first connection speaks for its service'

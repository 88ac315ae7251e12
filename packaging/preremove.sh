#!/bin/sh
# Before a removal ("remove" of deb, 0 of rpm); an upgrade goes on with the service of the new version.
set -e
case "$1" in
remove | 0)
	if [ -d /run/systemd/system ]; then
		systemctl disable --now haetae.service || echo "systemd refused; see: systemctl status haetae" >&2
	fi
	;;
esac

#!/bin/sh
# Behind a removal. Data, configuration and user stay until deb's "purge"; rpm has none, and keeps them.
set -e
if [ -d /run/systemd/system ]; then
	systemctl daemon-reload
fi
if [ "$1" = purge ]; then
	rm -rf /var/lib/haetae
	if [ -d /etc/haetae ]; then
		rmdir --ignore-fail-on-non-empty /etc/haetae
	fi
	if getent passwd haetae >/dev/null; then
		userdel haetae
	fi
fi

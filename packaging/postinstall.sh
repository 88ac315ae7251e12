#!/bin/sh
# Behind an installation or upgrade: deb calls it with "configure" and, at an upgrade, the old version; rpm with how many versions there are then.
set -e
if ! getent passwd haetae >/dev/null; then
	nologin=$(command -v nologin || echo /bin/false)
	useradd --system --user-group --no-create-home --home-dir /var/lib/haetae --shell "$nologin" haetae
fi
for group in adm systemd-journal; do # they may read logs
	if getent group "$group" >/dev/null; then
		usermod --append --groups "$group" haetae
	fi
done
if [ -f /etc/haetae/haetae.yaml ]; then # it may hold passwords
	chgrp haetae /etc/haetae/haetae.yaml
	chmod 0640 /etc/haetae/haetae.yaml
fi
install -d -o haetae -g haetae -m 0700 /var/lib/haetae
if [ -d /run/systemd/system ]; then
	systemctl daemon-reload
	# What systemd refuses, as with a unit that the operator has masked, must not leave the package half installed.
	case "$1:$2" in
	configure: | 1:*) systemctl enable --now haetae.service ;;
	*) systemctl try-restart haetae.service ;; # an upgrade leaves what the operator has stopped or disabled as it is
	esac || echo "systemd refused; see: systemctl status haetae" >&2
fi
cat <<'TEXT'
Haetae keeps its data in /var/lib/haetae and is set up in /etc/haetae/haetae.yaml.
The first administrator:  haetae user add --role admin NAME --data /var/lib/haetae
                          or the link in /var/lib/haetae/setup-link
The console:              http://127.0.0.1:7700
TEXT

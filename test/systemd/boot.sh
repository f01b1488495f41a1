#!/usr/bin/env bash
# boot.sh PROJECT OUTPUT BOOTSTRAP_SERVERS: within namespaces of its own (mounts, processes, control groups), becomes a
# systemd that runs nothing but the units of this project, from a system that is this one with a user and a configuration added. Nothing
# outlives the namespaces. The units' output is in OUTPUT/<unit>.log.
set -euo pipefail
project=$1 output=$2 servers=$3

mount --make-rprivate /
mount -t tmpfs tmpfs /mnt
for directory in etc var usr/local opt; do
  mkdir -p "/mnt/upper/$directory" "/mnt/work/$directory"
  mount -t overlay overlay -o "lowerdir=/$directory,upperdir=/mnt/upper/$directory,workdir=/mnt/work/$directory" "/$directory"
done
mkdir -p /opt/seatmapd
mount --bind "$project" /opt/seatmapd
mount -t cgroup2 none /sys/fs/cgroup
mount -t tmpfs tmpfs /run

# As the package installs it.
ln -sf /opt/seatmapd/bin/seatmapd.cjs /usr/local/bin/seatmapd
systemd-sysusers /opt/seatmapd/systemd/sysusers.d-seatmapd.conf 2>/dev/null
mkdir -p /etc/seatmapd
printf 'kafka: { client: { bootstrap.servers: "%s" } }\n' "$servers" >/etc/seatmapd/seatmapd.yaml
systemd-tmpfiles --create /opt/seatmapd/systemd/tmpfiles.d-seatmapd.conf

# No unit of this machine is known to it.
units=/etc/seatmapd-units
mkdir -p "$units"
cp /opt/seatmapd/systemd/*.service "$units"
for target in default sysinit basic network-online multi-user shutdown umount final; do
  printf '[Unit]\nDescription=%s\nDefaultDependencies=no\n' "$target" >"$units/$target.target"
done
for unit in seatmapd.service seatmapd@.service; do
  mkdir -p "$units/$unit.d"
  printf '[Service]\nStandardOutput=append:%s/%%n.log\nStandardError=append:%s/%%n.log\n' "$output" "$output" >"$units/$unit.d/log.conf"
done
exec env -i container=test "PATH=$PATH" "SYSTEMD_UNIT_PATH=$units" /lib/systemd/systemd --system --log-target=console --show-status=no

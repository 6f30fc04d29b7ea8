#!/bin/bash
# A real S3 server for tests: Ceph's RADOS Gateway over one monitor and one OSD that keeps objects in memory, all on loopback.
# Debian and its relatives only; no systemd, no containers.
#
#   tooling/s3-server/s3-server.sh install        installs the packages that are missing; needs root
#   tooling/s3-server/s3-server.sh run FOLDER     starts it in an empty folder, prints one line of JSON, and serves until its
#                                                 standard input ends; then everything is ended and the folder is empty again
#
# The line: {"endpoint": …, "accessKeyId": …, "secretAccessKey": …, "readOnly": {"accessKeyId": …, "secretAccessKey": …}}
# The second user has no buckets; what it may do is up to the policies of other people's.
set -euo pipefail
export LC_ALL=C.UTF-8

readonly programs=(ceph-mon ceph-osd ceph radosgw radosgw-admin monmaptool)
readonly packages=(ceph-mon ceph-osd ceph-common radosgw)
readonly memory_bytes=8589934592

fail() {
  echo "s3-server: $*" >&2
  exit 1
}

missing() {
  local program
  for program in "${programs[@]}"; do command -v "$program" >/dev/null || echo "$program"; done
}

install_packages() {
  [[ -n $(missing) ]] || return 0
  { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "${packages[@]}"; } >&2
}

# Ports that nobody listens on now, below the range that the kernel hands out by itself.
free_port() {
  local port
  for _ in {1..200}; do
    port=$((15000 + RANDOM % 15000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
  done
  fail "no free port"
}

write_configuration() {
  local folder=$1 fsid=$2 monitor_port=$3 gateway_port=$4
  cat >"$folder/ceph.conf" <<CONF
[global]
fsid = $fsid
mon host = v2:127.0.0.1:$monitor_port
mon initial members = a
auth cluster required = none
auth service required = none
auth client required = none
ms mon client mode = crc
ms bind ipv6 = false
ms bind msgr1 = false
ms bind port min = 30001
ms bind port max = 32767
public addr = 127.0.0.1
cluster addr = 127.0.0.1
run dir = $folder
admin socket =
log file =
err to stderr = true
setuser match path =
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon data avail crit = 0
mon max pg per osd = 1000
paxos propose interval = 0.02
[mon]
mon data = $folder/mon
mon cluster log file = /dev/null
[osd]
osd data = $folder/osd
osd objectstore = memstore
memstore device bytes = $memory_bytes
osd crush update on start = false
[client]
keyring = /dev/null
rgw frontends = beast endpoint=127.0.0.1:$gateway_port tcp_nodelay=1
rgw data = $folder/gateway
rgw dns name = localhost
rgw run sync thread = false
rgw gc obj min wait = 10
rgw gc processor period = 10
rgw crypt require ssl = false
rgw crypt s3 kms backend = testing
rgw crypt s3 kms encryption keys = testkey=YmluCmJvb3N0CmJvb3N0LWJ1aWxkCmNlcGguY29uZgo=
CONF
}

# Runs until it answers, as long as the process that it is asked of lives.
await() {
  local pid=$1
  shift
  until "$@" 2>/dev/null; do
    kill -0 "$pid" 2>/dev/null || fail "it ended while starting: $(tail -n 5 "$folder/log")"
    sleep 0.1
  done
}

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1"); }

create_user() {
  radosgw-admin -c "$folder/ceph.conf" user create --uid="$1" --display-name="$1" --access-key="$2" --secret-key="$3" >>"$folder/log" 2>&1
}

pids=()
end_all() {
  local pid
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
  rm -rf "${folder:?}"/*
}

serve() {
  folder=$(cd "$1" && pwd)
  [[ -z $(ls -A "$folder") ]] || fail "$folder is not empty"
  [[ -z $(missing) ]] || fail "not installed: $(missing | tr '\n' ' '). Run \`tooling/s3-server/s3-server.sh install\` as root."
  trap end_all EXIT
  mkdir "$folder"/{mon,osd,gateway}
  local monitor_port gateway_port fsid id conf=(-c "$folder/ceph.conf")
  monitor_port=$(free_port)
  gateway_port=$(free_port)
  fsid=$(cat /proc/sys/kernel/random/uuid)
  id=$(cat /proc/sys/kernel/random/uuid)
  write_configuration "$folder" "$fsid" "$monitor_port" "$gateway_port"
  {
    monmaptool --create --fsid "$fsid" --addv a "v2:127.0.0.1:$monitor_port" "$folder/monmap"
    ceph-mon "${conf[@]}" -i a --mkfs --monmap "$folder/monmap"
  } >>"$folder/log" 2>&1
  ceph-mon "${conf[@]}" -i a -f >>"$folder/log" 2>&1 </dev/null &
  pids+=($!)
  await $! listens "$monitor_port"
  {
    timeout 60 ceph "${conf[@]}" osd new "$id"
    timeout 60 ceph "${conf[@]}" osd crush add osd.0 1.0 root=default host=localhost
    ceph-osd "${conf[@]}" -i 0 --mkfs --osd-uuid "$id"
  } >>"$folder/log" 2>&1
  ceph-osd "${conf[@]}" -i 0 -f >>"$folder/log" 2>&1 </dev/null &
  pids+=($!)
  create_user writer WRITERKEY writersecret
  create_user reader READERKEY readersecret
  radosgw "${conf[@]}" -f -n client.rgw.a >>"$folder/log" 2>&1 </dev/null &
  pids+=($!)
  await $! listens "$gateway_port"
  echo "{\"endpoint\":\"http://127.0.0.1:$gateway_port\",\"accessKeyId\":\"WRITERKEY\",\"secretAccessKey\":\"writersecret\",\"readOnly\":{\"accessKeyId\":\"READERKEY\",\"secretAccessKey\":\"readersecret\"}}"
  # Whoever started it holds the other end; when that is gone, for whatever reason, so is the server.
  cat >/dev/null
}

case ${1:-} in
  install) install_packages ;;
  run) serve "${2:?a folder}" ;;
  *) sed -n '2,12s/^# \{0,1\}//p' "$0" >&2 && exit 2 ;;
esac

#!/bin/bash
# Stock psql, pg_dump and pg_restore of several majors, side by side, as oracles for tests. Debian and its relatives only.
#
#   tooling/pg-clients/pg-clients.sh FOLDER [MAJOR …]     default: 13 15 17 18; fills FOLDER/<major>/bin and FOLDER/pgbouncer/bin
#
# 15 is Debian 12's own package, installed when absent. Debian has the others in other releases: their packages are
# unpacked, never installed, and each program runs with the C library of its own release, so the system stays as it is.
# A major that is there already is left alone. 18 comes from the rolling suite: sid, or PGARK_SUITE_18.
#
# FOLDER/label-provider/bin/label-provider.so is a module for servers of 15, compiled from label-provider.c.
# FOLDER/pgbouncer is Debian 12's PgBouncer, unpacked: installing it would start it as a service of the system.
set -euo pipefail

readonly programs=(psql pg_dump pg_restore)

fail() {
  echo "pg-clients: $*" >&2
  exit 1
}

suite_of() {
  case $1 in
    13) echo bullseye ;;
    17) echo trixie ;;
    18) echo "${PGARK_SUITE_18:-sid}" ;;
    *) fail "Debian has no clients of PostgreSQL $1: expected 13, 15, 17 or 18" ;;
  esac
}

# The Debian mirror this machine's apt uses. apt tells Debian from other sources only once it has their lists.
mirror() {
  local targets=(--format '$(SITE)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian')
  [[ -n $(apt-get indextargets "${targets[@]}") ]] || apt-get -qq update >&2
  apt-get indextargets "${targets[@]}" | sed -n 1p
}

link_system_15() {
  local bin=$1 home=/usr/lib/postgresql/15/bin
  if [[ ! -x $home/pg_dump ]]; then
    { apt-get update && apt-get install --yes --no-install-recommends postgresql-client-15; } >&2
  fi
  local program
  for program in "${programs[@]}"; do ln -sfn "$home/$program" "$bin/$program"; done
}

# apt with a state of its own: an empty list of installed packages makes it fetch every library too, libc included.
private_apt() {
  local state=$1 suite=$2 site=$3
  mkdir -p "$state"/{lists,archives}/partial
  : >"$state/status"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $site $suite main" >"$state/sources.list"
  cat >"$state/apt.conf" <<CONF
Dir::State::lists "$state/lists";
Dir::State::status "$state/status";
Dir::Cache "$state";
Dir::Cache::archives "$state/archives";
Dir::Etc::sourcelist "$state/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
APT::Install-Recommends "false";
APT::Sandbox::User "root";
CONF
}

unpack() {
  local major=$1 folder=$2 suite site
  suite=$(suite_of "$major")
  site=$(mirror)
  [[ -n $site ]] || fail "apt has no Debian mirror among its sources"
  local state=$folder/apt root=$folder/root
  rm -rf "$state" "$root"
  private_apt "$state" "$suite" "$site"
  APT_CONFIG=$state/apt.conf apt-get -qq update >&2
  APT_CONFIG=$state/apt.conf apt-get -qq --yes --download-only install "postgresql-client-$major" >&2
  mkdir -p "$root"
  local package
  for package in "$state"/archives/*.deb; do dpkg-deb --extract "$package" "$root"; done
  rm -rf "$state"
}

write_wrappers() {
  local major=$1 root=$2 bin=$3 loader libraries program
  # Releases before the merge of /usr keep libraries in /lib too. The loader in /lib64 is a link out of this folder.
  libraries=$(find "$root" -maxdepth 3 -type d -name '*-linux-gnu*' | paste -sd :)
  loader=$(find "$root" -path '*-linux-gnu*/ld-linux*.so.*' -print -quit)
  [[ -n $loader ]] || fail "no dynamic loader among the packages of $major"
  for program in "${programs[@]}"; do
    cat >"$bin/$program" <<WRAPPER
#!/bin/sh
exec "$loader" --library-path "$libraries" "$root/usr/lib/postgresql/$major/bin/$program" "\$@"
WRAPPER
    chmod +x "$bin/$program"
  done
}

provide_pgbouncer() {
  local folder=$1/pgbouncer package
  if "$folder/bin/pgbouncer" --version >/dev/null 2>&1; then return; fi
  rm -rf "$folder"
  mkdir -p "$folder"/{archives,bin,root}
  mirror >/dev/null
  # With those of its libraries that a Debian without servers lacks.
  (cd "$folder/archives" && apt-get -qq -o APT::Sandbox::User=root download pgbouncer libc-ares2 libevent-2.1-7 >&2)
  for package in "$folder"/archives/*.deb; do dpkg-deb --extract "$package" "$folder/root"; done
  rm -rf "$folder/archives"
  cat >"$folder/bin/pgbouncer" <<WRAPPER
#!/bin/sh
LD_LIBRARY_PATH=$(find "$folder/root/usr/lib" -maxdepth 1 -name '*-linux-gnu*') exec "$folder/root/usr/sbin/pgbouncer" "\$@"
WRAPPER
  chmod +x "$folder/bin/pgbouncer"
  "$folder/bin/pgbouncer" --version >&2
}

# For PostgreSQL 15: its headers are Debian's, unpacked.
provide_label_provider() {
  local folder=$1/label-provider source=$2/label-provider.c
  if [[ -e $folder/bin/label-provider.so ]]; then return; fi
  rm -rf "$folder"
  mkdir -p "$folder"/{archives,bin,root}
  mirror >/dev/null
  if ! command -v gcc >/dev/null; then
    { apt-get update && apt-get install --yes --no-install-recommends gcc libc6-dev; } >&2
  fi
  (cd "$folder/archives" && apt-get -qq -o APT::Sandbox::User=root download postgresql-server-dev-15 >&2)
  dpkg-deb --extract "$folder"/archives/*.deb "$folder/root"
  gcc -shared -fPIC -O1 -I "$folder/root/usr/include/postgresql/15/server" -o "$folder/built.so" "$source" >&2
  mv "$folder/built.so" "$folder/bin/label-provider.so"
  rm -rf "$folder/archives" "$folder/root"
}

provide() {
  local major=$1 folder=$2/$1
  # pg_restore is the last to arrive: a run that was cut short before it starts over.
  if "$folder/bin/pg_restore" --version >/dev/null 2>&1; then return; fi
  if [[ $major == 15 ]]; then
    mkdir -p "$folder/bin"
    link_system_15 "$folder/bin"
  else
    unpack "$major" "$folder"
    mkdir -p "$folder/bin"
    write_wrappers "$major" "$folder/root" "$folder/bin"
  fi
  local program
  for program in "${programs[@]}"; do "$folder/bin/$program" --version >&2; done
}

here=$(cd "$(dirname "$0")" && pwd)
[[ $# -ge 1 ]] || fail "usage: pg-clients.sh FOLDER [MAJOR …]"
mkdir -p "$1"
folder=$(cd "$1" && pwd)
shift
[[ $# -gt 0 ]] || set -- 13 15 17 18
for major in "$@"; do provide "$major" "$folder"; done
provide_pgbouncer "$folder"
provide_label_provider "$folder" "$here"

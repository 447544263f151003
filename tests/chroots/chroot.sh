#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# chroot.sh SUITE [CMD…]: runs CMD inside a Debian of that suite (bookworm, trixie, sid), with this source tree read-only at /porch and
# what is built there at /var/build; without CMD: sets up, builds with warnings as errors, runs the unit tests and those of the window.
# The suite is fetched with debootstrap into $PORCH_CHROOTS (default /var/tmp/porch-chroots) when it isn't there. Needs root.
#
# No chroot(8): the suite becomes the root of a mount namespace of its own, so that the pretended LAN, which enters namespaces, finds the
# same system there; and all mounts and processes are gone when it ends.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
top=$(CDPATH='' cd -- "$here/../.." && pwd -P)
chroots=${PORCH_CHROOTS:-/var/tmp/porch-chroots}

die() { echo "chroot.sh: $*" >&2; exit 1; }

# The mirror that this machine uses itself, so that a cache on its network serves the chroot too.
mirror() {
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 2>/dev/null | head -n 1
}

make_root() {
  command -v debootstrap >/dev/null || die "debootstrap is not installed (apt-get install debootstrap)."
  # A half-made one has no mark and is made anew.
  rm -rf --one-file-system "$root"
  mkdir -p "$chroots"
  debootstrap --variant=minbase "$suite" "$root" "$(mirror)" >&2
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"       # installed services don't start
  chmod +x "$root/usr/sbin/policy-rc.d"
  : >"$root/made-for-porch"
}

# Inside the namespaces: the mounts of a system, then the suite as root of them all.
enter() {
  mount --bind "$root" "$root"
  mount -t proc proc "$root/proc"
  mount --rbind /sys "$root/sys"
  mount --rbind /dev "$root/dev"
  # /tmp is one of its own, on the disk: what a power cut leaves of a file is another matter where nothing is kept.
  find "$root/var/tmp" -maxdepth 1 -name 'run.*' -mtime +0 -exec rm -rf {} +
  tmp=$(mktemp -d "$root/var/tmp/run.XXXXXX")
  chmod 1777 "$tmp"
  mount --bind "$tmp" "$root/tmp"
  mount -t tmpfs -o mode=755 tmpfs "$root/run"
  mkdir -p "$root/run/lock" "$root/run/dbus" "$root/porch" "$root/var/build" "$root/old"
  mount --bind "$top" "$root/porch"
  mount -o remount,bind,ro "$root/porch"
  cp -L /etc/resolv.conf "$root/etc/resolv.conf"
  cd "$root"
  pivot_root . old
  cd /porch
  umount -l /old
  exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 TERM="${TERM:-dumb}" CI=true \
    PYTHONDONTWRITEBYTECODE=1 PORCH_BUILD=/var/build "$@"
}

if [ "${1:-}" = --inside ]; then
  root=$2; shift 2
  enter "$@"
fi
suite=${1:-}
[ -n "$suite" ] || die "which suite? For instance: chroot.sh trixie"
shift
[ "$(id -u)" = 0 ] || die "needs root: it mounts."
root=$chroots/$suite
[ -e "$root/made-for-porch" ] || make_root
[ $# -gt 0 ] || set -- ./dev test --suite unit --suite gui
exec unshare --mount --propagation private --pid --fork --kill-child "$0" --inside "$root" "$@"

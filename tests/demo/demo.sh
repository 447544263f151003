#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# ./dev demo: Porch with two made-up neighbors on this one computer, each with a home, a session bus and a port of its own. Called by
# ./dev with the build tree's environment. Nothing of the user's own Porch is touched; everything is gone when it ends.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)

if [ "${1:-}" = me ]; then
  # Inside my own session bus: the app, or the terminal view, with the neighbors made known by address. Nothing of this reaches the
  # network: all three listen on 127.0.0.1 only, which discovery never dials.
  echo $$ >"$DEMO/me.pid"
  porchd --name "$ME" --port 47400 --discovery off --loopback >"$DEMO/me/porchd.log" 2>&1 &
  daemon=$! view=
  trap 'kill $view $daemon 2>/dev/null || true' EXIT
  trap 'exit 130' INT TERM
  porch status >/dev/null
  for port in 47401 47402; do porch connect "127.0.0.1:$port" >/dev/null || echo "demo: a neighbor is missing" >&2; done
  (sleep "${DEMO_DELAY:-8}"; touch "$DEMO/go") &
  if [ -n "${DEMO_RUN:-}" ]; then sh -c "$DEMO_RUN" &
  elif [ -n "${WAYLAND_DISPLAY:-}${DISPLAY:-}" ]; then porch &
  elif [ -t 1 ]; then porch watch --table &
  else porch watch & fi
  view=$!
  wait $view
  exit 0
fi

if [ "${1:-}" = neighbor ]; then
  # Inside a neighbor's session bus: neighbor NAME PORT FOLDERS-KIND
  name=$2 port=$3 kind=$4
  echo $$ >"$DEMO/$kind.pid"
  /usr/bin/env python3 "$here/make-folders.py" "$HOME" "$kind"
  porchd --name "$name" --port "$port" --discovery off --loopback >"$HOME/porchd.log" 2>&1 &
  daemon=$!
  trap 'kill $daemon 2>/dev/null || true; exit 0' EXIT INT TERM
  porch status >/dev/null
  for folder in "$HOME"/*/; do
    case $folder in */Downloads/ | */School/) ;; *) porch share add "$folder" --audience everyone >/dev/null ;; esac
  done
  touch "$DEMO/$kind.ready"
  while ! [ -e "$DEMO/go" ]; do sleep 0.5; done
  if [ "$kind" = ada ]; then
    cd "$HOME/Pictures/Lake in June"
    porch connect 127.0.0.1:47400 >/dev/null || true
    porch send "$ME" DSC_2041.png DSC_2044.png DSC_2047.png >/dev/null 2>&1 || true
  fi
  wait $daemon
  exit 0
fi

DEMO=$(mktemp -d "${TMPDIR:-/tmp}/porch-demo.XXXXXX")
ME=${USER:-Me}
export DEMO ME

# dbus-run-session passes no signal on, so those inside it are ended: with them ends their bus.
end() {
  trap '' INT TERM HUP
  for file in "$DEMO"/*.pid; do kill "$(cat "$file")" 2>/dev/null || true; done
  wait
  rm -rf "$DEMO"
}
trap end EXIT
trap 'exit 130' INT TERM HUP

# own HOME COMMAND…: a home of its own, without what points into the user's.
own() {
  home=$1; shift
  mkdir -p "$home/.run" "$home/Downloads"
  chmod 700 "$home/.run"
  exec env -u XDG_CONFIG_HOME -u XDG_DATA_HOME -u XDG_CACHE_HOME -u XDG_STATE_HOME -u DBUS_SESSION_BUS_ADDRESS \
    HOME="$home" GSETTINGS_BACKEND=keyfile "$@"
}

for neighbor in "Ada's Laptop:47401:ada" "Living Room PC:47402:livingroom"; do
  name=${neighbor%%:*} rest=${neighbor#*:}
  own "$DEMO/${rest#*:}" env -u DISPLAY -u WAYLAND_DISPLAY XDG_RUNTIME_DIR="$DEMO/${rest#*:}/.run" \
    dbus-run-session -- sh "$0" neighbor "$name" "${rest%%:*}" "${rest#*:}" 2>>"$DEMO/neighbors.log" &
done
tries=0
while ! { [ -e "$DEMO/ada.ready" ] && [ -e "$DEMO/livingroom.ready" ]; }; do
  tries=$((tries + 1))
  [ $tries -lt 150 ] || { echo "demo: the neighbors did not start; their logs:" >&2; cat "$DEMO"/*.log "$DEMO"/*/porchd.log >&2; exit 1; }
  sleep 0.2
done
echo "Two neighbors are here. What you download or are sent goes to a folder that is removed at the end." >&2
# In the background and waited for, so that a signal is heeded at once.
own "$DEMO/me" dbus-run-session -- sh "$0" me &
wait $!

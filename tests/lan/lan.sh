#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# lan.sh - a pretend LAN: peers in network namespaces joined by a bridge in one more namespace.
# Each peer is a small "computer": own net, mount, pid, uts and ipc namespaces, own /run, HOME,
# hostname, machine-id, system D-Bus and avahi-daemon. Nothing is connected to the real network.
#   lan.sh up N [rate=MBIT] [delay=MS] [jitter=MS] [loss=PCT] [link=veth|wire] [avahi=no] [bus=no] [ipv4=no] [ipv6=no|ll] [nss=mdns]
#   lan.sh exec [--user] PEER CMD...    run CMD inside a peer (system bus: /run/dbus/system_bus_socket); --user: as a plain user
#                                 (65534, HOME $STATE/PEER/user), since to root no permission is closed
#   lan.sh session [--user] PEER CMD... the same under an own session bus (gvfs, GApplication)
#   lan.sh bg [--user] PEER NAME CMD... start in the background; prints its pid; log in $STATE/PEER/NAME.log
#   lan.sh unplug|replug PEER     take the cable out / put it back (carrier goes)
#   lan.sh blackhole|unblackhole PEER   frames vanish, carrier stays (switch fault, Wi-Fi out of range)
#   lan.sh second PEER [same]     a second network card, eth1, on a second network (10.78.0.x); same: on the first one
#   lan.sh link PEER key=value... change rate/delay/jitter/loss now (veth: rate, loss; wire: all)
#   lan.sh power PEER off|on      everything in the peer dies at once (no goodbye) / boots again
#   lan.sh avahi PEER start|stop|kill|wait   stop = SIGTERM (goodbye), kill = SIGKILL (none)
#   lan.sh status | lan.sh down
# LAN=name in the environment gives separate LANs that do not see one another (namespaces NAME-peer1..).
# Needs: iproute2 util-linux dbus avahi-daemon, root. link=wire also wire.c, built: beside this script or $LAN_WIRE.
# The script is safe to call from a CI job: `trap 'lan.sh down' EXIT`.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
wire=${LAN_WIRE:-$here/wire}
PATH=$PATH:/usr/sbin:/sbin
USER_ID=65534
as_user=
P=${LAN:+$LAN-}; STATE=${LAN_STATE:-/tmp/lan${LAN:+-$LAN}}; SW=${P}switch; NET=${LAN_NET:-10.77.0}; NET6=${LAN_NET6:-fd77:77::}; SECOND=${LAN_SECOND:-10.78.0}
die() { echo "lan.sh: $*" >&2; exit 1; }
num() { local n=${1#peer}; [[ $n =~ ^[0-9]+$ ]] || die "no such peer: $1"; echo "$n"; }
alive() { [ -s "$STATE/peer$1/init" ] && kill -0 "$(cat "$STATE/peer$1/init")" 2>/dev/null; }
has_netem() { [ -n "${netem-}" ] || { ip link add lanprobe0 type veth peer name lanprobe1 2>/dev/null; tc qdisc add dev lanprobe0 root netem delay 1ms 2>/dev/null && netem=yes || netem=no; ip link del lanprobe0; }; [ $netem = yes ]; }

enter() { # enter N CMD... : all namespaces of the peer, clean environment
    local n=$1; shift; alive "$n" || die "peer$n is not running"
    local t home run drop; t=$(cat "$STATE/peer$n/init"); home=$STATE/peer$n/home run=/run/user/0 drop=
    if [ -n "$as_user" ]; then
        home=$STATE/peer$n/user run=/run/user/$USER_ID drop="setpriv --reuid=$USER_ID --regid=$USER_ID --clear-groups --"
    fi
    # shellcheck disable=SC2086 # $drop is words
    exec nsenter -t "$t" -n -m -p -u -i --wd="${LAN_WD:-$PWD}" -- $drop env -u DBUS_SESSION_BUS_ADDRESS \
        HOME="$home" XDG_RUNTIME_DIR="$run" XDG_CONFIG_HOME="$home/.config" XDG_DATA_HOME="$home/.local/share" \
        DBUS_SYSTEM_BUS_ADDRESS=unix:path=/run/dbus/system_bus_socket LAN_PEER="peer$n" "$@"
}
boot() { # boot N : the namespaces' init + services
    local n=$1 d=$STATE/peer$1 u; mkdir -p "$d/home/.config" "$d/home/.local/share" "$d/user"; . "$STATE/opts"
    chown "$USER_ID:$USER_ID" "$d/user"
    printf '127.0.0.1 localhost\n::1 localhost\n127.0.1.1 peer%s\n' "$n" >"$d/hosts"; : >"$d/resolv.conf"
    printf '%032x\n' $((0x77000000 + n)) >"$d/machine-id"
    [ "${nss-}" = mdns ] && printf 'passwd: files\ngroup: files\nshadow: files\nhosts: files mdns4_minimal [NOTFOUND=return] dns\nservices: files\nprotocols: files\n' >"$d/nsswitch.conf"
    sed 's/^ *//' >"$d/avahi.conf" <<-CONF
	[server]
	host-name=peer$n
	use-ipv4=$([ "${ipv4-}" = no ] && echo no || echo yes)
	use-ipv6=$([ "${ipv6-}" = no ] && echo no || echo yes)
	allow-interfaces=eth0,eth1
	ratelimit-interval-usec=1000000
	ratelimit-burst=1000
	[wide-area]
	enable-wide-area=no
	[publish]
	publish-hinfo=no
	publish-workstation=no
	[rlimits]
	CONF
    cat >"$d/init.sh" <<-INIT
	mount --make-rprivate /
	mount -t proc proc /proc; mount -t sysfs sysfs /sys 2>/dev/null || :
	mount -t tmpfs -o mode=755,size=64m tmpfs /run
	mkdir -p /run/dbus /run/avahi-daemon /run/lock /run/sshd; mkdir -p -m 700 /run/user/0 /run/user/$USER_ID; chown $USER_ID:$USER_ID /run/user/$USER_ID
	hostname peer$n
	for f in hosts resolv.conf machine-id nsswitch.conf; do [ -e $d/\$f ] && [ -e /etc/\$f ] && mount --bind $d/\$f /etc/\$f; done
	ip link set lo up
	trap 'exit 0' TERM INT
	: >$d/ready
	while :; do sleep 86400 & wait \$!; done
	INIT
    rm -f "$d/ready" "$d/init"
    setsid nsenter --net="/run/netns/${P}peer$n" unshare -m -p -u -i --fork --kill-child=SIGKILL bash "$d/init.sh" </dev/null >"$d/init.log" 2>&1 &
    u=$!; echo $u >"$d/unshare"
    for _ in $(seq 200); do [ -e "$d/ready" ] && break; sleep 0.02; done; [ -e "$d/ready" ] || { cat "$d/init.log"; die "peer$n did not boot"; }
    pgrep -P "$u" >"$d/init"
    # no & inside the peer: dbus-daemon and avahi-daemon make themselves daemons; they die with the peer's pid namespace
    [ "${bus-}" = no ] || (enter "$n" dbus-daemon --system --fork) || die "peer$n: dbus-daemon"
    [ "${avahi-}" = no ] || [ "${bus-}" = no ] || bash "$here/lan.sh" avahi "peer$n" start
}
shape_veth() { # shape_veth N rate loss : rate limit both ways with tbf (loss: nft in the switch's bridge hook)
    local n=$1 r=$2 l=$3
    ip netns exec "$SW" tc qdisc del dev "p$n" root 2>/dev/null || :; ip netns exec "${P}peer$n" tc qdisc del dev eth0 root 2>/dev/null || :
    if [ "${r:-0}" != 0 ]; then
        ip netns exec "$SW" tc qdisc add dev "p$n" root tbf rate "${r}mbit" burst 64kb latency 100ms
        ip netns exec "${P}peer$n" tc qdisc add dev eth0 root tbf rate "${r}mbit" burst 64kb latency 100ms
    fi
    if [ "${l:-0}" != 0 ] || [ -e "$STATE/nft" ]; then
        : >"$STATE/nft"; local m; m=$(awk -v l="${l:-0}" 'BEGIN{printf "%d", l*1000}')
        ip netns exec "$SW" nft -f - <<-NFT
		table netdev loss$n {}
		delete table netdev loss$n
		table netdev loss$n { chain c { type filter hook ingress device p$n priority 0; numgen random mod 100000 < $m drop; }; chain e { type filter hook egress device p$n priority 0; numgen random mod 100000 < $m drop; }; }
		NFT
    fi
}
cable() { # cable N : connect the peer's eth0 to the switch
    local n=$1 d=$STATE/peer$1; . "$STATE/opts"; ip netns add "${P}peer$n"; mkdir -p "$d"
    if [ "$link" = wire ]; then
        setsid "$wire" run "${P}peer$n" eth0 "$SW" "p$n" "$d/wire.sock" delay="${delay:-0}" jitter="${jitter:-0}" loss="${loss:-0}" rate="${rate:-0}" seed="$n" </dev/null >"$d/wire.log" 2>&1 &
        echo $! >"$d/wire"; for _ in $(seq 100); do ip -n "$SW" link show "p$n" >/dev/null 2>&1 && ip -n "${P}peer$n" link show eth0 >/dev/null 2>&1 && break; sleep 0.02; done
    else
        ip -n "$SW" link add "p$n" type veth peer name eth0 netns "${P}peer$n"
    fi
    ip -n "${P}peer$n" link set eth0 address "02:77:00:00:00:$(printf %02x "$n")"
    [ "${ipv6-}" != no ] || ip netns exec "${P}peer$n" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv6.conf.eth0.disable_ipv6=1
    ip netns exec "${P}peer$n" sysctl -qw net.ipv6.conf.eth0.accept_dad=0 2>/dev/null || :
    [ "${ipv4-}" = no ] || ip -n "${P}peer$n" addr add "$NET.$n/24" brd + dev eth0
    [ "${ipv6-}" = no ] || [ "${ipv6-}" = ll ] || ip -n "${P}peer$n" addr add "${NET6}$n/64" dev eth0 nodad
    ip -n "$SW" link set "p$n" master br0; ip -n "$SW" link set "p$n" up; ip -n "${P}peer$n" link set eth0 up
    # A gateway is what a network is known by, and GNetworkMonitor wants a default route; the switch does not forward.
    [ "${ipv4-}" = no ] || ip -n "${P}peer$n" route add default via "$NET.254"
    [ "$link" = wire ] || shape_veth "$n" "${rate:-0}" "${loss:-0}"
}
second() { # second N [same] : another card
    local n=$1 bridge=br1 net=$SECOND host=$1
    if [ "${2-}" = same ]; then bridge=br0 net=$NET host=$((100 + $1)); fi
    if ! ip -n "$SW" link show "$bridge" >/dev/null 2>&1; then
        ip -n "$SW" link add "$bridge" type bridge mcast_snooping 0 stp_state 0 forward_delay 0
        ip -n "$SW" addr add "$net.254/24" dev "$bridge"; ip -n "$SW" link set "$bridge" up
    fi
    ip -n "$SW" link add "q$n" type veth peer name eth1 netns "${P}peer$n"
    ip -n "${P}peer$n" link set eth1 address "02:78:00:00:00:$(printf %02x "$n")"
    ip netns exec "${P}peer$n" sysctl -qw net.ipv6.conf.eth1.accept_dad=0 2>/dev/null || :
    ip -n "${P}peer$n" addr add "$net.$host/24" brd + dev eth1
    ip -n "$SW" link set "q$n" master "$bridge"; ip -n "$SW" link set "q$n" up; ip -n "${P}peer$n" link set eth1 up
}
up() {
    local n=$1; shift; [ ! -e "$STATE/n" ] || die "already up ($STATE): lan.sh down first"
    mkdir -p "$STATE"; rate= delay= jitter= loss= link= avahi= bus= ipv4= ipv6= nss=
    for o; do case $o in rate=*|delay=*|jitter=*|loss=*|link=*|avahi=*|bus=*|ipv4=*|ipv6=*|nss=*) printf -v "${o%%=*}" %s "${o#*=}";; *) die "unknown option $o";; esac; done
    [ -n "$link" ] || { link=veth; [ -z "$delay$jitter" ] || link=wire; }
    for v in rate delay jitter loss link avahi bus ipv4 ipv6 nss; do echo "$v=${!v}"; done >"$STATE/opts"
    ip netns add "$SW"; ip -n "$SW" link set lo up
    ip -n "$SW" link add br0 type bridge mcast_snooping 0 stp_state 0 forward_delay 0
    ip -n "$SW" addr add "$NET.254/24" dev br0; ip netns exec "$SW" sysctl -qw net.ipv4.ip_forward=0; ip -n "$SW" link set br0 up
    echo "$n" >"$STATE/n"
    for i in $(seq "$n"); do cable "$i"; done; for i in $(seq "$n"); do boot "$i"; done
}
down() {
    local i f; [ -d "$STATE" ] || return 0
    for f in "$STATE"/peer*/unshare "$STATE"/peer*/wire; do [ -s "$f" ] && kill -9 "$(cat "$f")" 2>/dev/null || :; done
    for i in $(ip netns list | awk '{print $1}' | grep -xE "${P}(switch|peer[0-9]+)"); do ip netns del "$i"; done
    rm -rf --one-file-system "$STATE"
}
cmd=${1:-help}; shift || :
if [ "${1-}" = --user ]; then as_user=yes; shift; fi
case $cmd in
up) up "$@";;
down) down;;
exec) n=$(num "$1"); shift; enter "$n" "$@";;
session) n=$(num "$1"); shift; enter "$n" dbus-run-session -- "$@";;
bg) n=$(num "$1"); name=$2; shift 2; (enter "$n" setsid "$@" </dev/null >"$STATE/peer$n/$name.log" 2>&1) & echo $! ;;
unplug) n=$(num "$1"); if [ -e "$STATE/peer$n/wire" ]; then "$wire" ctl "$STATE/peer$n/wire.sock" down >/dev/null; fi; ip -n "$SW" link set "p$n" down;;
replug) n=$(num "$1"); ip -n "$SW" link set "p$n" up; if [ -e "$STATE/peer$n/wire" ]; then "$wire" ctl "$STATE/peer$n/wire.sock" up >/dev/null; fi;;
blackhole) n=$(num "$1"); ip -n "$SW" link set "p$n" nomaster;;
unblackhole) n=$(num "$1"); ip -n "$SW" link set "p$n" master br0;;
second) n=$(num "$1"); second "$n" "${2-}";;
link) n=$(num "$1"); shift
    if [ -e "$STATE/peer$n/wire" ]; then "$wire" ctl "$STATE/peer$n/wire.sock" "$@"; else
        rate= loss=; for o; do case $o in rate=*|loss=*) printf -v "${o%%=*}" %s "${o#*=}";; *) die "veth link: only rate and loss (use link=wire)";; esac; done; shape_veth "$n" "$rate" "$loss"; fi;;
power) n=$(num "$1"); case $2 in
    off) ip -n "$SW" link set "p$n" down                       # first, so that no FIN or RST gets out
        kill -9 "$(cat "$STATE/peer$n/unshare")"; while alive "$n"; do sleep 0.02; done
        if [ -e "$STATE/peer$n/wire" ]; then kill -9 "$(cat "$STATE/peer$n/wire")"; rm -f "$STATE/peer$n/wire"; else ip -n "$SW" link del "p$n"; fi
        ip netns del "${P}peer$n";;
    on) cable "$n"; boot "$n";; esac;;
avahi) n=$(num "$1"); case $2 in
    start) (enter "$n" avahi-daemon -D -f "$STATE/peer$n/avahi.conf" >>"$STATE/peer$n/avahi.log" 2>&1) || die "peer$n: avahi-daemon (see $STATE/peer$n/avahi.log)";;
    stop) (enter "$n" avahi-daemon -k);;
    kill) (enter "$n" sh -c 'kill -9 $(cat /run/avahi-daemon/pid)'; ) ;;
    wait) for _ in $(seq 100); do (enter "$n" avahi-daemon -c) && exit 0; sleep 0.05; done; exit 1;; esac;;
status) echo "netem in this kernel: $(has_netem && echo yes || echo no)"; for d in "$STATE"/peer[0-9]*; do n=${d##*peer}; echo "peer$n $NET.$n init $(cat "$d/init" 2>/dev/null) $(alive "$n" && echo alive || echo dead) $(ip -n "$SW" -br link show "p$n" 2>/dev/null | awk '{print $2}')"; done;;
*) sed -n '3,25p' "$0";;
esac

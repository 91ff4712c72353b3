#!/usr/bin/env bash
# Docker for a bare Debian machine without systemd: `.ci/docker.sh start` installs it if missing, starts the daemon by hand, builds the Kafka image
# if absent; `.ci/docker.sh stop` ends the daemon that start began. Both may be called again at any time. Root only.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
state=${MICROLOTE_DOCKER_STATE:-/var/tmp/microlote-docker}
pidfile=$state/dockerd.pid
log=$state/dockerd.log
say() { printf '%s  docker: %s\n' "$(date +%T)" "$*"; }
answers() { command -v docker >/dev/null && timeout 10 docker info >/dev/null 2>&1; }

install_docker() {
  local packages=()
  command -v dockerd >/dev/null || packages+=(docker.io)
  command -v debootstrap >/dev/null || packages+=(debootstrap)
  [ ${#packages[@]} -eq 0 ] && command -v docker >/dev/null && return
  say "installing ${packages[*]:-docker-cli}"
  apt-get update -qq
  # Debian 13 moved the command line program to a package of its own.
  if ! command -v docker >/dev/null && apt-cache show docker-cli >/dev/null 2>&1; then packages+=(docker-cli); fi
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >"$state/apt.log" 2>&1 || { tail -20 "$state/apt.log" >&2; return 1; }
}

# Starts dockerd with the given flags in a session of its own and waits until it answers or gives up.
try_daemon() {
  say "starting dockerd ${*:-(no flags)}"
  rm -f /var/run/docker.pid
  setsid nohup dockerd "$@" >"$log" 2>&1 </dev/null &
  echo $! >"$pidfile"
  for _ in $(seq 150); do
    answers && return 0
    kill -0 "$(cat "$pidfile")" 2>/dev/null || break
    sleep 0.2
  done
  say "it did not come up: $(grep -v level=info "$log" | tail -1)"
  stop_daemon
  return 1
}

start_daemon() {
  if answers; then
    say "a daemon already answers"
    return
  fi
  # From the usual to what a sandbox without overlay file systems or packet filters still allows.
  try_daemon || try_daemon --iptables=false --ip6tables=false || try_daemon --storage-driver=vfs ||
    try_daemon --storage-driver=vfs --iptables=false --ip6tables=false --bridge=none || return 1
}

stop_daemon() {
  [ -f "$pidfile" ] || { say "no daemon of ours"; return 0; }
  local pid
  pid=$(cat "$pidfile")
  if [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = dockerd ]; then
    kill "$pid"
    for _ in $(seq 150); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.2
    done
    kill -9 "$pid" 2>/dev/null || true
    say "stopped"
  fi
  rm -f "$pidfile"
}

mkdir -p "$state"
case ${1:-start} in
  start)
    began=$SECONDS
    install_docker
    start_daemon
    "$here/../fixtures/docker/build-image.sh"
    say "ready in $((SECONDS - began)) s ($(docker info -f '{{.ServerVersion}}, {{.Driver}}' 2>/dev/null))"
    ;;
  stop) stop_daemon ;;
  *)
    echo "usage: .ci/docker.sh start|stop" >&2
    exit 2
    ;;
esac

import type { Server } from '../domain/fleet.ts'
import { exportsOf } from './ssm-script.ts'

/** How the script ends. */
export const DRAIN_EXIT = { drained: 0, busy: 1, cannotSee: 3 } as const

/**
 * Waits on a server until no TCP connection is established on its registered ports, two looks in a row. What it is told
 * are numbers, in DRAIN_PORTS and DRAIN_SECONDS. For any `sh`; by `ss`, or the tables that `ss` reads too.
 *
 * A connection that is handed on into a container (docker-proxy, conmon: by rules of the kernel, past them) is not seen
 * from outside: where no other process listens on the port here, it cannot say that nothing is left.
 */
const SCRIPT = String.raw`
cannot_see() { echo "$1"; exit ${DRAIN_EXIT.cannotSee}; }
case "$DRAIN_PORTS$DRAIN_SECONDS" in ''|*[!0-9\ ]*) cannot_see "does not know its ports" ;; esac
[ -n "$DRAIN_PORTS" ] && [ -r /proc/net/tcp ] || cannot_see "does not know its ports, or has no /proc/net/tcp"

# tcp_sockets STATE PORT: whether there is one; by its state's name for ss, and its number in the tables.
tcp_sockets() {
  if [ -n "$SS" ] && found=$(ss -Htn state "$1" "( sport = :$2 )" 2>/dev/null); then [ -n "$found" ]; return; fi
  case "$1" in established) number=01 ;; *) number=0A ;; esac
  hex=$(printf '%04X' "$2")
  cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | grep -q "^ *[0-9]*: [0-9A-F]*:$hex [0-9A-F]*:[0-9A-F]* $number "
}

# Whether the one that seems to listen only keeps the port for a container.
is_handed_on() {
  for file in $(grep -ls -e docker-proxy -e conmon /proc/[0-9]*/cmdline 2>/dev/null); do
    words=$(tr '\0' ' ' 2>/dev/null < "$file") || continue
    case "$words" in
      *docker-proxy*"-host-port $1 "*) return 0 ;;
      conmon\ *|*/conmon\ *)
        if [ -z "$SS" ] || ss -Htlnp "( sport = :$1 )" 2>/dev/null | grep -q '"conmon"'; then return 0; fi ;;
    esac
  done
  return 1
}

is_busy() {
  for port in $DRAIN_PORTS; do tcp_sockets established "$port" && return 0; done
  return 1
}

now() { read -r up _ < /proc/uptime; echo "${'$'}{up%%.*}"; }

SS=$(command -v ss)
for port in $DRAIN_PORTS; do
  tcp_sockets listening "$port" || cannot_see "nothing listens on port $port, as with some containers: their connections cannot be seen"
  ! is_handed_on "$port" || cannot_see "port $port is handed on to a container, whose connections cannot be seen"
done
end=$(($(now) + DRAIN_SECONDS))
passes=0
while :; do
  if is_busy; then passes=0; else passes=$((passes + 1)); fi
  [ "$passes" -lt 2 ] || exit ${DRAIN_EXIT.drained}
  if [ "$(now)" -ge "$end" ]; then echo "connections were left on port $DRAIN_PORTS to the end"; exit ${DRAIN_EXIT.busy}; fi
  sleep 2
done
`

/** For one command: each server finds its own ports. */
export function drainScriptFor(servers: readonly Server[], seconds: number): string[] {
  const environments = servers.map((server) => ({
    server: server.id,
    variables: { DRAIN_PORTS: portsOf(server).join(' '), DRAIN_SECONDS: String(Math.floor(seconds)) },
  }))
  return [
    ...exportsOf('DRAIN_PORTS', environments),
    ...exportsOf('DRAIN_SECONDS', environments),
    ...SCRIPT.trim().split('\n'),
  ]
}

const portsOf = ({ registrations }: Server): number[] =>
  [...new Set(registrations.map(({ target }) => target.port))].sort((a, b) => a - b)

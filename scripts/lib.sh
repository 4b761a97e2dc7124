# Shared by the launchers and the scripts: which Node to run, and whether the checkout is installed and
# built. Sourced by POSIX sh. "Stale" is decided by content, never by time: a checkout, a copy or a
# deletion changes content, while time stamps lie.

say() { printf 'tocsin: %s\n' "$*" >&2; }

# Sets NODE to the Node that comes with the checkout, else to the machine's own if it is new enough.
pick_node() {
  for NODE in "$1"/node_modules/node-*/bin/node; do
    if [ -x "$NODE" ] && "$NODE" -e '' 2>/dev/null; then return 0; fi
  done
  NODE=$(command -v node) || NODE=
  if [ -n "$NODE" ] && "$NODE" -e 'process.exit(Number.parseInt(process.versions.node) >= 24 ? 0 : 1)'; then
    return 0
  fi
  say "no Node.js for this machine came with the install; install Node.js 24 or newer and start again"
  return 1
}

checksum() { LC_ALL=C sort -z | xargs -0 cksum | cksum; }

# Changes when what is installed would change.
install_key() (
  cd "$1" || exit 1
  uname -sm
  {
    find . -maxdepth 1 -type f \
      \( -name package.json -o -name pnpm-lock.yaml -o -name pnpm-workspace.yaml -o -name .pnpmfile.cjs \) -print0
    find packages services test -name node_modules -prune -o -name package.json -type f -print0
  } | checksum
)

# Changes when the built programs would change.
build_key() (
  install_key "$1"
  cd "$1" || exit 1
  for folder in packages services proto scripts; do
    if [ -d "$folder" ]; then
      find "$folder" \( -name node_modules -o -name dist \) -prune -o -type f ! -name '*.test.ts' -print0
    fi
  done | checksum
)

is_installed() {
  [ -e "$1/node_modules/.modules.yaml" ] &&
    [ "$(cat "$1/.build/install-key" 2>/dev/null)" = "$(install_key "$1")" ]
}
is_built() (
  for entry in "$1"/services/*/src/main.ts; do
    if [ -f "$entry" ] && [ ! -f "${entry%/src/main.ts}/dist/main.cjs" ]; then exit 1; fi
  done
  [ "$(cat "$1/.build/build-key" 2>/dev/null)" = "$(build_key "$1")" ]
)
is_ready() { is_installed "$1" && is_built "$1"; }

# Installs and builds what is stale and sets NODE. One process per checkout does the work, the others
# wait for it: the lock is the checkout folder itself, which no clean-up deletes, and the kernel drops it
# when the holder dies. The work runs in the background so that a signal can end it cleanly.
make_ready() {
  if ! is_ready "$1"; then
    sh "$1/scripts/make.sh" "$1" 9<"$1" &
    maker=$!
    trap 'kill -TERM "$maker" 2>/dev/null; wait "$maker"; exit 143' TERM
    trap 'kill -TERM "$maker" 2>/dev/null; wait "$maker"; exit 130' INT
    wait "$maker" || exit $?
    trap - TERM INT
  fi
  pick_node "$1" || exit 1
}

# Replaces this process by a built program: run_program ROOT SERVICE ARGUMENTS…
run_program() {
  run_root=$1
  run_service=$2
  shift 2
  if [ ! -f "$run_root/services/$run_service/dist/main.cjs" ]; then
    say "services/$run_service has no program yet (src/main.ts)"
    exit 1
  fi
  export NODE_COMPILE_CACHE="${NODE_COMPILE_CACHE-$run_root/.build/compile-cache}"
  # What the runtime may keep for itself, and large blocks go back to the system at once: docs/adr/0029.
  export MALLOC_MMAP_THRESHOLD_="${MALLOC_MMAP_THRESHOLD_-16384}"
  export MALLOC_TRIM_THRESHOLD_="${MALLOC_TRIM_THRESHOLD_-65536}"
  # Trusts what the system trusts, or SSL_CERT_FILE and SSL_CERT_DIR, besides what comes with Node.
  exec "$NODE" --use-system-ca --max-semi-space-size=16 --heap-growing-percent=50 --no-allocation-site-pretenuring "$run_root/services/$run_service/dist/main.cjs" "$@"
}

# What a launcher in bin/ does: launch ROOT SERVICE ARGUMENTS… It never looks for stale sources (`npm start` does): the program of a
# deployment must start at once, and must not change because somebody edited a file.
launch() {
  launch_root=$1
  launch_service=$2
  shift 2
  if [ -f "$launch_root/services/$launch_service/dist/main.cjs" ]; then
    pick_node "$launch_root" || exit 1
  else
    make_ready "$launch_root"
  fi
  run_program "$launch_root" "$launch_service" "$@"
}

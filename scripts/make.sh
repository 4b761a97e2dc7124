# Installs and builds what is stale: sh make.sh ROOT 9<ROOT. Descriptor 9 is the lock, see lib.sh.
# Everything it says goes to stderr, so that a program behind it may own stdout.
set -u
root=$1
. "$root/scripts/lib.sh"
exec >&2

child=
trap 'if [ -n "$child" ]; then kill -TERM "$child" 2>/dev/null; wait "$child"; fi; exit 143' TERM INT

# Without flock (macOS) two starts at once are not kept apart; each still ends with a right tree.
if command -v flock >/dev/null && ! flock -n 9; then
  say "another start is installing or building here, waiting for it"
  flock 9 &
  child=$!
  wait "$child"
  child=
fi

# Runs a command that must not outlive this script; its output goes to the log.
run_logged() {
  "$@" >"$root/.build/log" 2>&1 </dev/null 9<&- &
  child=$!
  wait "$child"
  status=$?
  child=
  return "$status"
}

fail() {
  cat "$root/.build/log"
  say "$1"
  exit 1
}

# NODE_ENV=production would leave out the build tools. Prefer offline: with warm caches no network is needed.
install() {
  say "installing dependencies (the first time takes up to a minute) …"
  rm -f "$root/.build/install-key"
  install_key "$root" >"$root/.build/install-key.next"
  cd "$root" || exit 1
  run_logged env -u NODE_ENV npx --yes --prefer-offline pnpm@12.21.0 \
    install --frozen-lockfile --prefer-offline --reporter=append-only ||
    fail "installing failed; the output above says why"
  mv "$root/.build/install-key.next" "$root/.build/install-key"
}

build() {
  say "building …"
  rm -f "$root/.build/build-key"
  build_key "$root" >"$root/.build/build-key.next"
  pick_node "$root" || exit 1
  run_logged "$NODE" "$root/scripts/bundle.mjs" || fail "building failed; the output above says why"
  mv "$root/.build/build-key.next" "$root/.build/build-key"
}

mkdir -p "$root/.build"
is_installed "$root" || install
is_built "$root" || build

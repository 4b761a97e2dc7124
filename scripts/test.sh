# All checks and tests, ended by one line "N passed, N failed, N skipped": scripts/ready sh scripts/test.sh
# Each check counts as one test. --gate adds the search for unused code. Other words go to vitest.
set -u
passed=0
failed=0

# check NAME COMMAND…: says what runs, shows the output only when it fails.
check() {
  name=$1
  shift
  printf '%s … ' "$name"
  if output=$("$@" 2>&1); then
    echo ok
    passed=$((passed + 1))
  else
    echo FAILED
    printf '%s\n\n' "$output"
    failed=$((failed + 1))
  fi
}

gate=
if [ "${1-}" = --gate ]; then
  gate=1
  shift
fi

check types tsc -b
if [ "$failed" -gt 0 ]; then
  # Nothing behind the type checker says anything useful of code that does not compile.
  echo "0 passed, 1 failed, 0 skipped"
  exit 1
fi
check lint oxlint --type-aware
check format oxfmt --check
check boundaries depcruise --config .dependency-cruiser.cjs --output-type err packages services test
if [ -n "$gate" ]; then check unused knip --no-config-hints; fi

# The reporter adds the checks to its closing line and fails the run for them.
export TOCSIN_CHECKS_PASSED=$passed TOCSIN_CHECKS_FAILED=$failed
vitest run "$@"
status=$?
if [ "$failed" -gt 0 ]; then exit 1; fi
exit "$status"

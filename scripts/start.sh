#!/bin/sh
# `npm start`: installs and builds what is stale, then runs one instance with everything on, as set in
# deploy/examples/start.yml. With a configuration or settings file of your own nothing is preset.
set -u
root=$(cd "$(dirname "$0")/.." && pwd -P) || exit 1
. "$root/scripts/lib.sh"
make_ready "$root"
cd "$root" || exit 1

preset=--settings.file=deploy/examples/start.yml
for argument in "$@"; do
  case $argument in
    --config.file | --config.file=* | --settings.file | --settings.file=*) preset= ;;
  esac
done
run_program "$root" alertmanager ${preset:+"$preset"} "$@"

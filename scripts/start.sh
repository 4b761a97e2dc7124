#!/bin/sh
# `npm start`: installs and builds what is stale, then runs one instance with everything on, as set in
# deploy/examples/start.yml. With a configuration or settings file of your own nothing is preset.
set -u
. "$(dirname "$0")/lib.sh"
root=$(root_of "$0")
make_ready "$root"
cd "$root" || exit 1

preset=--settings.file=deploy/examples/start.yml
for argument in "$@"; do
  case $argument in
    --config.file | --config.file=* | --settings.file | --settings.file=*) preset= ;;
  esac
done
run_program "$root" alertmanager ${preset:+"$preset"} "$@"

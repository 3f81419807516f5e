#!/usr/bin/env bash
# The latest state from the repository into an EMPTY folder, as the server's user:
#   restore.sh DATA_FOLDER [pgbackrest option...]
# Then start a server on it, and before anybody uses it:
#   jiamei check && jiamei compare board.txt
set -euo pipefail

data=${1:?restore.sh DATA_FOLDER [pgbackrest option...]}
shift
if [ -e "$data" ] && [ -n "$(ls -A "$data")" ]; then
  echo "$data is not empty: nothing is written over" >&2
  exit 1
fi
mkdir -p -m 0700 "$data"
# The restored server must not send its log where the old one's is.
pgbackrest "$@" --stanza=jiamei --pg1-path="$data" --archive-mode=off restore

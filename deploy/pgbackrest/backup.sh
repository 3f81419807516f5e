#!/usr/bin/env bash
# A backup of the PostgreSQL server, as its user: backup.sh [full|diff|incr] [pgbackrest option...]
# The first one is full. Safe to run at any time; the service goes on.
set -euo pipefail

type=${1:-incr}
[ $# -eq 0 ] || shift
pgbackrest "$@" --stanza=jiamei stanza-create
pgbackrest "$@" --stanza=jiamei check
pgbackrest "$@" --stanza=jiamei --type="$type" backup

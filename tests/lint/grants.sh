#!/usr/bin/env bash
# tools/migrate_grants.def, the rights of the accounts in the database, is what
# the SQL statements of each class of programs need.
set -eu
cd "$(dirname "$0")/../.."
build=${BUILD:-build}
needed=$(tests/helpers/grants.py "$build")
[ "$(grep -c '^GRANT' <<<"$needed")" -gt 50 ] # the statements were found
diff <(grep '^GRANT' tools/migrate_grants.def) - <<<"$needed" || {
	echo "rights and statements (<: not needed; >: missing)"
	exit 1
}

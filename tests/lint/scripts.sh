#!/usr/bin/env bash
# ShellCheck over every script.  Allowed everywhere: intended word splitting
# (SC2046), sourcing files that are generated at run time (SC1090, SC1091), and
# variables that the helper sets for the tests (SC2034).
set -eu
cd "$(dirname "$0")/../.."
mapfile -t scripts < <(grep -rlE '^#!.*\b(ba)?sh$' .ci tools tests bench \
	--exclude-dir=node_modules 2>/dev/null | sort)
exec shellcheck --severity=warning --exclude=SC1090,SC1091,SC2034,SC2046 "${scripts[@]}" \
	--shell=bash tests/helper.bash

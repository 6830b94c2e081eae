#!/usr/bin/env bash
# The last test: checks what all others left in the shared stack.
set -eu
TOP=$(cd "$(dirname "$0")/.." && pwd)
BATS_TEST_DIRNAME=$TOP/tests/api
. "$TOP/tests/helper.bash"
stack=${IM_SHARED:-$TOP/var/test/shared}
stack_known
store_is_sound
# Memory leaks are reported when a program ends.
"$TOP/tools/stack/stack" stop "$stack"
logs_are_clean "$stack"

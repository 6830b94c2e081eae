#!/usr/bin/env bash
# The texts of the web client: every language has the keys of English, each with
# as many parameters, and none that is the English text; every text is shown by
# something; and no text stands in the code of www/app instead of in a table.
# tsc (types.sh) checks the rest of their shape.
set -eu
cd "$(dirname "$0")/../.."
exec node tests/lint/texts.mjs

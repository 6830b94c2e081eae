#!/usr/bin/env bash
# tsc checks the types of the web client and the SDK: strict, from their JSDoc.
# Nothing may switch that off: no @ts-ignore and its like, no type `any`.
set -eu
cd "$(dirname "$0")/../.."
bad=0
tests/lint/node_modules/.bin/tsc -p tests/lint/tsconfig.json --pretty false || bad=1
grep -rnE '@ts-|\{[^}]*\bany\b|[:<|,] *any[]>|,)}]' www --include='*.js' &&
	bad=1
exit $bad

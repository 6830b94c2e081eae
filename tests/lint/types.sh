#!/usr/bin/env bash
# tsc --strict checks the types of the web client and the SDK, from their JSDoc.
# Code may not disable it: no @ts-ignore and the like, no type `any`.
set -eu
cd "$(dirname "$0")/../.."
bad=0
tests/lint/node_modules/.bin/tsc -p tests/lint/tsconfig.json --pretty false || bad=1
grep -rnE '@ts-|\{[^}]*\bany\b|[:<|,] *any[]>|,)}]' www --include='*.js' &&
	bad=1
exit $bad

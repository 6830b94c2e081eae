#!/usr/bin/env bash
# tsc --strict checks the types of the web client and the SDK, from their JSDoc.
# Code may not disable it: no @ts-ignore and the like, no type `any`.
set -eu
cd "$(dirname "$0")/../.."
bad=0
for part in tsconfig tsconfig.worker; do
	tests/lint/node_modules/.bin/tsc -p tests/lint/$part.json --pretty false || bad=1
done
grep -rnE '@ts-|\{[^}]*\bany\b|[:<|,] *any[]>|,)}]' www --include='*.js' &&
	bad=1
exit $bad

#!/usr/bin/env bash
# docs/openapi.yaml is valid OpenAPI 3.1, and says of routes, parameters, bodies
# and failures what the services say.  tests/lint/routes.sh compares the paths,
# tests/api/openapi.bats the answers.
set -eu
cd "$(dirname "$0")/../.."
bad=0
made=$(mktemp)
trap 'rm -f "$made"' EXIT
if ! tools/stack/gen-openapi docs/openapi.yaml >"$made"; then
	bad=1
elif ! diff -u docs/openapi.yaml "$made"; then
	echo "run: tools/stack/gen-openapi docs/openapi.yaml >new &&" \
		"mv new docs/openapi.yaml"
	bad=1
fi

# The body of an operation is the generated one, maybe with more conditions.
bodies=$(awk '/# BEGIN bodies/ { on = 1 } /# END bodies/ { on = 0 }
	on && /^    [a-z]/ { print substr($1, 1, length($1) - 1) }' "$made")
for body in $bodies; do
	grep -q "^ .*[\$]ref: \"#/components/schemas/$body\"" docs/openapi.yaml || {
		echo "the body $body is in no operation"
		bad=1
	}
done

said=$(tests/lint/node_modules/.bin/redocly lint docs/openapi.yaml \
	--config tests/lint/redocly.yaml --format=stylish 2>&1) || {
	echo "$said"
	bad=1
}
tests/lint/node_modules/.bin/spectral lint --quiet --fail-severity=hint \
	-r tests/lint/spectral.yaml docs/openapi.yaml || bad=1
exit $bad

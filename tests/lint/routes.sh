#!/usr/bin/env bash
# The routes of the services, docs/openapi.yaml and the tests agree: every route
# is described, every description has a route, and a test names each route.
set -eu
cd "$(dirname "$0")/../.."
build=${BUILD:-build}
bad=0
routes=$(for service in "$build"/cgi-bin/*; do "$service" --routes; done |
	grep -v ' /internal/' | sort -u)

# METHOD PATH without the names of parameters
plain() { sed 's/{[^}]*}/{}/g' | sort -u; }

described=$(awk '
	/^[^ ]/ { inside = /^paths:/ }
	inside && /^  \/.*:[ \t]*$/ { path = $1; sub(/:$/, "", path) }
	inside && /^    (get|post|put|patch|delete):/ {
		method = toupper($1); sub(/:.*/, "", method); print method, path
	}' docs/openapi.yaml)
# im-live answers these itself.
live=$(sed -n 's/^\(\/[^ |$]*\)\$ *| *live .*/GET \1/p' etc/services.table)
described=$(grep -vxF "$live" <<<"$described" || :)
diff <(grep -v ' unlisted$' <<<"$routes" | cut -d' ' -f1,2 | plain) <(plain <<<"$described") || {
	echo "<: not in docs/openapi.yaml   >: no such route"
	bad=1
}

# A test names a route by its name in a comment (`# route: user.create`).
named=$(grep -rhoE 'route: *[a-z_.]+( +[a-z_]+\.[a-z_.]+)*' tests/api tests/live |
	sed 's/route://' | xargs -n1 | sort -u)
comm -23 <(cut -d' ' -f3 <<<"$routes" | sort -u) <(echo "$named") |
	sed 's/^/no test names the route /' | grep . && bad=1
comm -13 <(cut -d' ' -f3 <<<"$routes" | sort -u) <(echo "$named") |
	sed 's/^/a test names an unknown route: /' | grep . && bad=1
exit $bad

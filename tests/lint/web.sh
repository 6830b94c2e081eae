#!/usr/bin/env bash
# www/sw-files.js has every file of the web client as it is, so that the service
# worker brings browsers what was changed; the manifest and the page name files
# that are there.
set -eu
cd "$(dirname "$0")/../.."
bad=0
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
tools/stack/gen-web "$made"
diff -u www/sw-files.js "$made/sw-files.js" || {
	echo "run: tools/stack/gen-web www"
	bad=1
}
while read -r file; do
	[ -f "www/$file" ] || {
		echo "there is no www/$file"
		bad=1
	}
done < <(
	jq -r '.icons[].src, (.shortcuts // [])[].icons[].src' www/manifest.webmanifest
	sed -n 's/.*<\(link\|script\)[^>]* \(href\|src\)="\([^"]*\)".*/\3/p' \
		www/index.html
	sed -n "s/^importScripts('\(.*\)',\$/\1/p; s/^	'\(worker.*\)');\$/\1/p" www/sw.js |
		sed "s/', '/\n/g"
)
exit $bad

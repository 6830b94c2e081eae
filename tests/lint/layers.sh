#!/usr/bin/env bash
# Which folder may include which, down to the rooms of lib/im and the floors of
# im-live; who owns which library; where SQL and HTTP statuses are allowed.
# layers.known lists the exceptions and may only shrink.
set -eu
cd "$(dirname "$0")/../.."

found=$(awk '
BEGIN {
	# folder: what it may include besides its own headers
	may["lib/base"] = ""
	may["lib/io"] = "base"
	may["lib/http"] = may["lib/job"] = "base io"
	may["lib/web"] = "base io http"
	all_im = chain("lib/im/", "im/", "site user conv consumer", "base io")
	may["lib/view"] = "base io" all_im
	may["cgi-bin"] = "base io web view" all_im
	may["batch"] = "base io job view" all_im
	floors = chain("daemons/live/", "", \
	    "net proto gateway events presence client", "base io http")
	may["daemons/live"] = "base io http" floors
	may["tools"] = may["bench"] = may["tests/helpers"] = \
	    "base io http web job view" all_im
	may["tests/unit"] = may["tests/fuzz"] = may["tools"] floors

	# external header: the files that own it
	own["errmsg.h"] = own["mariadb_rpl.h"] = "^lib/io/db"
	own["mysql.h"] = own["mysqld_error.h"] = \
	    "^(lib/io/db|tools/migrate_sql\\.c$)"
	own["libmemcached/memcached.h"] = "^lib/io/cache\\.c$"
	own["curl/curl.h"] = "^lib/io/http_client\\.c$"
	own["uv.h"] = own["wslay/wslay.h"] = own["http_parser.h"] = \
	    "^(daemons/live|bench)/"
	own["sodium.h"] = own["openssl/*"] = "^lib/base/crypto(_key)?\\.c$"
	own["ini.h"] = "^lib/base/conf_table\\.c$"
	own["unicode/*"] = "^lib/base/(unicode|terms|zone)\\.c$"
	own["zlib.h"] = "^lib/http/gzip\\.c$"
	own["zstd.h"] = "^lib/base/zstd\\.c$"
	own["jansson.h"] = "^(lib/(io/json|web/|view/)|cgi-bin/)"
}

# Each of `names` may include those before it and everything in `below`.
# Returns the names in the form of #include lines.
function chain(dir, prefix, names, below, part, n, i, list) {
	n = split(names, part, " ")
	for (i = 1; i <= n; i++) {
		may[dir part[i]] = below list
		list = list " " prefix part[i]
	}
	return list
}

function folder(path) { sub("/[^/]*$", "", path); return path }

FNR == 1 {
	here = folder(FILENAME)
	layer = here
	sub("^(lib|daemons/live)/", "", layer)
	if (!(here in may))
		tell("folder " here " is in no layer")
}

function tell(what) { print FILENAME ": " what }

/^#[ \t]*include[ \t]*"/ {
	split($0, part, "\"")
	name = part[2]
	if (name ~ /\.\.\//) {
		# tests include files of the programs that they test
		if (here !~ /^tests\//)
			tell("climbs: " name)
		next
	}
	if (name !~ /\//)
		next
	from = folder(name)
	if (from != layer && index(" " may[here] " ", " " from " ") == 0)
		tell(here " may not include " name)
}

/^#[ \t]*include[ \t]*</ {
	split($0, part, /[<>]/)
	name = part[2]
	key = name
	if (key ~ /^openssl\//)
		key = "openssl/*"
	if (key ~ /^unicode\//)
		key = "unicode/*"
	if ((key in own) && FILENAME !~ own[key] && here !~ /^tests\//)
		tell("<" name "> belongs to " own[key])
}

# Statements are in *_sql.c: no other file has a string that starts like one.
FILENAME ~ /\.c$/ && FILENAME !~ /_sql\.c$/ && here !~ /^(tests|bench)(\/|$)/ &&
/"(SELECT|INSERT INTO|INSERT IGNORE|UPDATE|DELETE FROM|REPLACE INTO|WITH|CREATE TABLE|ALTER TABLE) / {
	tell("SQL outside of *_sql.c")
}

# HTTP statuses have names (http/status.h).
FILENAME !~ /^(lib\/(http|web)|tests|bench)\// && !/^[ \t]*\/?\*/ &&
/status[a-z_]*\)? *[=!<>]=? *[1-5][0-9][0-9]([^0-9]|$)|HTTP\/1\.1 [1-5]/ {
	tell("an HTTP status by its number")
}

# The domain sees no HTTP and no JSON.
here ~ "^lib/im/" && /#[ \t]*include[ \t]*["<](io\/json\.h|jansson\.h)/ {
	tell("JSON in the domain")
}
' $(find lib cgi-bin daemons batch tools bench tests -name node_modules -prune \
	-o -name '*.[ch]' -print | sort) | LC_ALL=C sort -u)
diff tests/lint/layers.known <(printf '%s' "${found:+$found
}") || {
	echo "who includes whom (>: new; <: in layers.known and no longer found)"
	exit 1
}

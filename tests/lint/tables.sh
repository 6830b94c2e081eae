#!/usr/bin/env bash
# Which room of lib/im may write which table, and that every table has an owner in
# docs/architecture.md.  tables.known lists the exceptions and may only shrink.
set -eu
cd "$(dirname "$0")/../.."

# room: the tables that it writes.  Consumers write derived tables.
owners='
site: app app_key jwt_key app_setting app_log server_key cache_generation node idempotency audit report
user: user user_part username credential session session_jwt user_seq inbox inbox_ack chat chat_setting mark
user: message_hidden star reminder badge badge_chat user_setting
user: contact block erasure export
conv: conv_seq conversation conv_mode conv_shed member member_past direct conv_client
conv: entry body entry_expiry log_base log_dirty
conv: entry_away entry_version reaction pin scheduled
conv: join_request ban invite
conv: segment segment_sender archived legal_hold held_body
consumer: log_dirty log_cursor inbox user_seq chat mention
'
found=$(find lib/im -name '*_sql.c' | sort | while read -r file; do
	room=${file#lib/im/}
	room=${room%%/*}
	# The text of each statement on one line, with its strings joined.
	sed 's/"[[:blank:]]*$/"/' "$file" | tr '\n' ' ' | sed 's/"[[:blank:]]*"//g' |
		grep -oE '(INSERT (IGNORE )?INTO|REPLACE INTO|UPDATE|DELETE FROM|DELETE [a-z]+ FROM|STRAIGHT_JOIN) [a-z_]+|UPDATE JSON_TABLE[^;]*SET' |
		awk -v room="$room" -v file="$file" '
			/^UPDATE JSON_TABLE/ {
				# the joined table whose alias SET names
				set = $0; sub(/.*SET/, "", set)
				while (match($0, /STRAIGHT_JOIN [a-z_]+/)) {
					print room, substr($0, RSTART + 14, RLENGTH - 14), file
					break
				}
				next
			}
			$1 == "STRAIGHT_JOIN" { next }
			{ print room, $NF, file }'
done | awk -v owners="$owners" '
	BEGIN {
		n = split(owners, line, "\n")
		for (i = 1; i <= n; i++) {
			m = split(line[i], word, /:? /)
			for (k = 2; k <= m; k++) {
				may[word[1], word[k]] = 1
				known[word[k]] = 1
			}
		}
	}
	!($2 in known) { next } # a column or an alias
	!(($1, $2) in may) { print $3 ": " $1 " may not write " $2 }' | sort -u)
diff tests/lint/tables.known <(printf '%s' "${found:+$found
}") || {
	echo "who writes what (>: new; <: in tables.known and no longer found)"
	exit 1
}

# Each table of the schema has an owner here and in docs/architecture.md.
bad=0
for table in $(sed -n 's/^CREATE TABLE \([a-z_]*\) .*/\1/p' schema/*.sql); do
	case $table in
	lease | job_run | job_pause | job_sweep) ;; # lib/job
	*) grep -qE "^[a-z]+:.* $table( |\$)" <<<"$owners" || {
		echo "$table has no owner in $0"
		bad=1
	} ;;
	esac
	grep -qE "\`$table\`" docs/architecture.md || {
		echo "docs/architecture.md does not say who owns $table"
		bad=1
	}
done
exit $bad

# build/bench/e2e, the load generator: its figures are about all messages, and
# one whose copy is missing leaves none.
load ../helper
load ../api/apps

setup_file() {
	stack_private user conversation message inbox live im-fanout lighttpd
	use_app e2e
}
teardown_file() { stack_done; }

# e2e ARGUMENT...: a load of a second
e2e() {
	run "$BUILD/bench/e2e" -u "$url" -a "$IM_APP" -f "$stack/people" \
		-p "$(cat "$stack/runsvdir.pid")" -c "$conf" -t 1 "$@"
}
# value NAME: of the line of figures
value() { sed -n "s/.* $1=\([0-9]*\).*/\1/p" <<<"$output"; }

@test "pairs: a window, an open loop, and HTTP" {
	local arguments
	for arguments in 'pairs' '-w 4 pairs' '-w 8 -r 40 pairs' 'pairs-http' \
		'-w 8 -r 40 pairs-http'; do
		# shellcheck disable=SC2086 # a list
		e2e -n 2 $arguments
		[ "$status" -eq 0 ]
		[ "$(value answered)" -gt 0 ]
		[ "$(value refused)" -eq 0 ]
		[[ $output == *'db begin '* ]]
		# 40/s for a second and half a second before it.
		[[ $arguments != *-r* ]] || [ "$(value answered)" -eq 60 ]
	done
}

@test "crowd: with and without acknowledgements" {
	local arguments
	for arguments in '-A crowd' '-w 3 crowd'; do
		# shellcheck disable=SC2086 # a list
		e2e -n 4 $arguments
		[ "$status" -eq 0 ]
		[ "$(value messages)" -gt 0 ]
		[ "$(value answered)" -eq $((4 * $(value messages))) ]
	done
}

@test "a copy that is missing: exit 75, no figures" {
	stack_set fanout now_members 0 # or the send serves the other side
	service restart message
	service stop im-fanout
	e2e -n 2 pairs
	[ "$status" -eq 75 ]
	[[ $output == *'lack the answer or the copy'* ]]
	[ -z "$(value answered)" ]
	e2e -n 3 crowd
	[ "$status" -eq 75 ]
	[ -z "$(value answered)" ]
	service start im-fanout
	wait_for clean
}
clean() { [ "$(sql 'SELECT COUNT(*) FROM log_dirty')" -eq 0 ]; }

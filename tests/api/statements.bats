load ../helper
load apps
load chats

# How many statements a request costs, where that must not grow with it.  In a
# stack whose services do nothing else; what they do by themselves now and then
# is much less than what is looked for.

setup_file() {
	stack_private user conversation message lighttpd
	use_app statements
	for name in Anna Bert; do sign_up $name; done
	new_conv group Anna Bert
	export conv
}
teardown_file() { stack_done; }

executed() { sql "SHOW GLOBAL STATUS LIKE 'Com_stmt_execute'" | cut -f2; }

# cost JSON: sends it and sets $cost
cost() {
	local before
	before=$(executed)
	send "$1"
	is_status 201
	cost=$(($(executed) - before))
}

# forwarding ID...: a message that forwards these
forwarding() {
	text x | jq -c '.forward_of = $ARGS.positional' --args "$@"
}

@test "forwarding a hundred messages costs what forwarding two costs" {
	ids=()
	for i in $(seq 30); do
		say Anna "$i"
		ids+=("$msg")
	done
	cost "$(forwarding "${ids[@]}")" # once, for what is cached
	cost "$(forwarding "${ids[@]:0:2}")"
	two=$cost
	cost "$(forwarding "${ids[@]}" "${ids[@]}" "${ids[@]}" "${ids[@]:0:10}")"
	echo "two: $two, a hundred: $cost"
	[ "$cost" -lt $((two + 50)) ]
}

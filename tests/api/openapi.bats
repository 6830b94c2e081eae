load ../helper
load apps
load chats

# The server does what docs/openapi.yaml says: schemathesis sends requests that
# are valid by it and requests that are not, and checks every answer against it.

setup_file() {
	local class
	mkdir -p "$TOP/var/test/openapi-$$"
	stack=$TOP/var/test/openapi-$$
	for class in read write send login account signup; do
		stack_set rate $class 0
	done
	stack_private
	use_app openapi
	for name in Anna Bert; do sign_up $name; done
	new_conv group Anna Bert
	leave=$conv
	new_conv group Anna Bert
	say Anna
	export leave conv msg
}
teardown_file() { stack_done; }

# ask ARGUMENT...: schemathesis with these options; it keeps notes where it runs
ask() {
	cd "$BATS_TEST_TMPDIR" || return 1
	OPENAPI_KNOWN=$(jq -nc --arg user "$Bert_id" --arg conv "$conv" \
		--arg leave "$leave" --arg msg "$msg" '{user_id: $user,
			conv_id: $conv, leave_id: $leave, msg_id: $msg}')
	export OPENAPI_KNOWN OPENAPI_FILE=$TOP/docs/openapi.yaml
	export PYTHONDONTWRITEBYTECODE=1
	SCHEMATHESIS_HOOKS=$TOP/tests/helpers/openapi_hooks.py \
		"$TOP/build/venv/bin/python" -m schemathesis.cli \
		--config-file "$TOP/tests/api/openapi.toml" \
		run "$OPENAPI_FILE" --url "$url" --seed 1 --no-color "$@"
}

# only NAME... / all_but NAME...: options for operations
only() { printf -- '--include-operation-id=%s\n' "$@"; }
all_but() { printf -- '--exclude-operation-id=%s\n' "$@"; }

# A stream of im-live has no end, and a WebSocket no answer.
streams=(live.websocket live.events)

@test "what a session may do" {
	ask -H "Authorization: Bearer $Anna_token" $(all_but "${streams[@]}" \
		user.create session.create session.end_current)
}

@test "signing up and logging in, which need no credential" {
	ask $(only user.create session.create)
}

@test "what an app's server does in the name of a user" {
	log_in "$Anna_name" other
	Anna_token=$token
	say Anna 'hidden from nobody'
	ask -H "Authorization: Bearer $IM_APP_KEY" -H "Im-Act-As: @$Anna_name" \
		$(only user.me session.current session.end_current ticket.create \
			conversation.get message.send)
}

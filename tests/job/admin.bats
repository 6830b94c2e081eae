# im-admin, im-conf: the operator's tools.
load ../helper
load ../api/apps
bats_require_minimum_version 1.5.0

setup_file() { stack_private user lighttpd; }
teardown_file() { stack_done; }

admin() { run -"${expect:-0}" "$bin/im-admin" -c "$conf" "$@"; }
value() { sed -n "s/^$1=//p" <<<"$output"; }
column() { awk -F'\t' -v c="$1" 'NR > 1 { print $c }' <<<"$output"; }

@test "apps: made once, listed, in the audit log" {
	admin app create acme --title 'Acme & Co' --closed \
		--origin https://a.example --origin=https://b.example
	[[ $(value app_id) =~ ^[1-9][0-9]*$ ]]
	[[ $(value key) == imk_* ]]
	[ -n "$(value secret)" ]
	admin app list
	grep -q $'acme\tclosed\t.*\thttps://a.example https://b.example\tAcme & Co$' \
		<<<"$output"
	expect=65 admin app create acme
	[[ $output == *'the app acme exists already'* ]]
	expect=65 admin app create 'A B'
	[ "$(sql "SELECT COUNT(*) FROM audit WHERE action = 'app.create'")" = 1 ]
}

@test "apps: shown, changed, disabled" {
	admin app create change --title Old
	TOKEN=$(value key)
	admin app show change
	[ "$(value title) $(value sign_up) $(value logins)" = 'Old open all' ]
	[ "$(value secret)" = '' ]
	admin app update change --title 'New & Co' --closed
	[ "$(value title) $(value sign_up) $(value logins)" = 'New & Co closed all' ]
	admin app update change --open
	[ "$(value title) $(value sign_up) $(value logins)" = 'New & Co open all' ]
	expect=65 admin app update change --open --closed
	expect=66 admin app update nothere
	admin app add-origin change https://a.example
	admin app add-origin change https://b.example:8443
	admin app add-origin change https://a.example
	[ "$(value origins)" = 'https://b.example:8443 https://a.example' ]
	admin app remove-origin change https://b.example:8443
	[ "$(value origins)" = https://a.example ]
	for bad in a.example https:// https://a.example/x ftp://a; do
		expect=65 admin app add-origin change "$bad"
	done
	http POST /v1/users '{"username":"before","password":"long-enough"}'
	is_status 201
	admin app disable change
	[ "$(value disabled)" != - ]
	http POST /v1/users '{"username":"during","password":"long-enough"}'
	is_problem 401 unauthenticated
	admin app enable change
	[ "$(value disabled)" = - ]
	http POST /v1/users '{"username":"after","password":"long-enough"}'
	is_status 201
	admin audit list change --limit 2
	[ "$(column 3 | xargs)" = 'app.enable app.disable' ]
	admin audit list change --action app.update
	[ "$(column 3 | wc -l)" = 2 ]
	admin audit list change --actor nobody
	[ "$(column 3)" = '' ]
}

@test "apps: a new secret; the old one is good for a while" {
	admin app create rotate
	old=$(value secret)
	admin app rotate-secret rotate
	new=$(value secret)
	[ "$new" != "$old" ]
	claims="{\"app\":\"rotate\",\"sub\":\"ann\",\"exp\":$(($(date +%s) + 3600))"
	for secret in "$old" "$new"; do
		TOKEN=$(jwt "$claims,\"n\":\"$secret\"}" "$secret")
		http GET /v1/users/me
		is_status 200
	done
	admin app rotate-secret rotate --keep-s 0
	TOKEN=$(jwt "$claims,\"n\":1}" "$new")
	http GET /v1/users/me
	is_problem 401 unauthenticated
	TOKEN=$(jwt "$claims,\"n\":2}" "$(value secret)")
	http GET /v1/users/me
	is_status 200
	expect=65 admin app rotate-secret rotate --keep-s x
	[ "$(sql "SELECT COUNT(*) FROM audit WHERE detail LIKE '%$new%'")" = 0 ]
}

@test "users: erased, and logged out" {
	admin app create leavers
	TOKEN=$(value key)
	http POST /v1/users '{"username":"ann","password":"long-enough"}'
	admin token create leavers ann
	TOKEN=$(value token)
	admin session end leavers ann
	[ "$(value sessions_ended)" = 1 ]
	http GET /v1/users/me
	is_problem 401 unauthenticated
	admin token create leavers ann
	TOKEN=$(value token)
	admin user erase leavers ann
	[ "$(value sessions_ended)" = 1 ]
	http GET /v1/users/me
	is_problem 401 unauthenticated
	expect=66 admin user erase leavers ann
	admin user list leavers
	[ "$(column 2)" = '' ]
}

@test "conversations: listed and shown" {
	admin app create talks
	id=$(value app_id)
	sql "INSERT INTO conv_seq (conv_id, home) VALUES (7, 1), (8, 1);
		INSERT INTO conversation (conv_id, app_id, kind, created_by, created_ms, member_count, name)
		VALUES (7, $id, 2, 0, 1, 0, 'Seven'), (8, $id, 3, 0, 1, 0, 'Eight')"
	admin conversation list talks
	[ "$(column 1) $(column 9)" = '7 Seven' ]
	admin conversation list talks --kind channel
	[ "$(column 1)" = 8 ]
	expect=65 admin conversation list talks --kind x
	admin conversation show 8
	[ "$(column 2)" = channel ]
	expect=66 admin conversation show 9
	sql "DELETE FROM conv_seq WHERE conv_id IN (7, 8);
		DELETE FROM conversation WHERE conv_id IN (7, 8)"
}

@test "keys: a new one works until it is revoked" {
	admin app create keys --closed
	admin key create keys deploy
	TOKEN=$(value key)
	http POST /v1/users '{"username":"by-key","password":"long-enough"}'
	is_status 201
	admin key list keys
	[ "$(column 2 | tr '\n' ' ')" = 'first deploy ' ]
	id=$(grep deploy <<<"$output" | cut -f1)
	admin key revoke "$id"
	http POST /v1/users '{"username":"by-key-2","password":"long-enough"}'
	is_problem 401 unauthenticated
	expect=66 admin key revoke "$id"
	expect=66 admin key create nothere
	expect=65 admin key revoke x
}

# Sets TOKEN to a JWT that the key in the file NAME has signed.
bearer() { # NAME ALG KID
	TOKEN=$(jwt_by "$BATS_TEST_TMPDIR/$1" \
		"{\"alg\":\"$2\",\"kid\":\"$3\",\"typ\":\"JWT\"}" \
		"{\"app\":\"signed\",\"sub\":\"ann\",\"exp\":$(($(date +%s) + 3600))}")
}
add_jwt_key() { # ARG... <PEM
	run -"${expect:-0}" "$bin/im-admin" -c "$conf" jwt-key add "$@"
}

@test "jwt keys: what they sign is accepted until they are revoked" {
	admin app create signed
	cd "$BATS_TEST_TMPDIR"
	openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:prime256v1 -out ec
	openssl pkey -in ec -pubout -out ec.pem
	openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa
	openssl pkey -in rsa -pubout -out rsa.pem
	bearer ec ES256 first
	http GET /v1/users/me
	is_problem 401 unauthenticated
	add_jwt_key signed first ES256 <ec.pem
	add_jwt_key signed second.key RS256 <rsa.pem
	admin jwt-key list signed
	[ "$(column 1 | xargs)" = 'first second.key' ]
	[ "$(column 2 | xargs)" = 'ES256 RS256' ]
	bearer ec ES256 first
	http GET /v1/users/me
	is_status 200
	bearer rsa RS256 second.key
	http GET /v1/users/me
	is_status 200
	admin jwt-key revoke signed second.key
	http GET /v1/users/me
	is_problem 401 unauthenticated
	expect=66 admin jwt-key revoke signed second.key
	[[ $output == *'the app signed has no key second.key'* ]]
	admin jwt-key list signed
	[ "$(column 1)" = first ]
	# Another key under the same name takes its place.
	add_jwt_key signed first RS256 <rsa.pem
	bearer ec ES256 first
	http GET /v1/users/me
	is_problem 401 unauthenticated
	bearer rsa RS256 first
	http GET /v1/users/me
	is_status 200
	[ "$(sql "SELECT GROUP_CONCAT(action, ' ', detail ORDER BY audit_id)
		FROM audit WHERE action LIKE 'jwt_key.%'
		AND actor LIKE 'im-admin:_%'")" = \
		'jwt_key.put first,jwt_key.put second.key,jwt_key.delete second.key,jwt_key.put first' ]
}

@test "jwt keys: what the route refuses is refused" {
	admin app create strict
	cd "$BATS_TEST_TMPDIR"
	openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:prime256v1 -out ec
	openssl pkey -in ec -pubout -out ec.pem
	expect=66 add_jwt_key nothere k ES256 <ec.pem
	expect=65 add_jwt_key strict 'a b' ES256 <ec.pem
	expect=65 add_jwt_key strict "$(printf %0129d 1)" ES256 <ec.pem
	expect=65 add_jwt_key strict k HS256 <ec.pem
	expect=65 add_jwt_key strict k RS256 <ec.pem
	expect=65 add_jwt_key strict k ES256 <ec
	expect=65 add_jwt_key strict k ES256 </dev/null
	expect=65 add_jwt_key strict k ES256 < <(cat ec.pem; printf %09000d 1)
	expect=64 add_jwt_key strict k <ec.pem
	expect=65 admin jwt-key revoke strict 'a b'
	add_jwt_key strict "$(printf %0128d 1)" ES256 <ec.pem
	admin jwt-key list strict
	[ "$(column 1)" = "$(printf %0128d 1)" ]
}

@test "users: a password from stdin, one of chance, a new one" {
	admin app create people
	run -0 "$bin/im-admin" -c "$conf" user create people ann \
		--display-name Ännchen --password-stdin <<<"$password"
	IM_APP=people log_in ann
	expect=65 admin user create people cut --display-name $'a\nb'
	expect=65 admin user create people cut --display-name $'\u200b'
	admin user create people bob
	made=$(value password)
	expect=65 admin user create people bob
	expect=65 admin user create people Bob
	password=$made IM_APP=people log_in bob
	TOKEN=$token
	http GET /v1/users/me
	is_status 200
	admin user passwd people bob
	[ "$(value sessions_ended)" = 1 ]
	http GET /v1/users/me
	is_problem 401 unauthenticated
	password=$(value password) IM_APP=people log_in bob
	admin user list people
	[ "$(column 2 | tr '\n' ' ')" = 'ann bob ' ]
	admin user list people --after ann --limit 1
	[ "$(column 2)" = bob ]
	run -65 "$bin/im-admin" -c "$conf" user create people cy \
		--password-stdin <<<short
}

@test "users: disabled and enabled again; tokens" {
	admin app create tokens
	admin user create tokens ann
	admin token create tokens ann --device tool
	TOKEN=$(value token)
	http GET /v1/users/me
	is_status 200
	admin session list tokens ann
	[ "$(column 3)" = tool ]
	admin user disable tokens ann
	http GET /v1/users/me
	is_problem 401 unauthenticated
	expect=77 admin token create tokens ann
	admin user enable tokens ann
	admin token create tokens ann
	TOKEN=$(value token)
	http GET /v1/users/me
	is_status 200
}

@test "leases, runs, the queue, and explanations" {
	"$BUILD/tests/helpers/flood" -c "$conf" -s 31 -d 2 -g 1 -n 5
	admin queue show
	[ "$(column 4 | awk '{ n += $1 } END { print n }')" = 16 ]
	conv=$(sql 'SELECT conv_id FROM conversation WHERE kind = 2 LIMIT 1')
	admin explain conversation "$conv"
	[ "$(value last_index)" = 6 ]
	[ "$(value fanout)" = 'waits for im-fanout' ]
	"$bin/im-fanout" -c "$conf"
	admin explain conversation "$conv"
	[ "$(value fanout)" = 'everybody has everything' ]
	admin explain message "$(sql 'SELECT MAX(msg_id) FROM entry')"
	[ "$(value fanout)" = 'everybody has it' ]
	admin queue show
	[ -z "$(column 1)" ]
	admin lease list
	[[ $(column 1) == fanout.[0-3]* ]]
	admin job list fanout --limit 1
	[ "$(column 1) $(column 4) $(column 5)" = 'fanout 0 16' ]
	sql "DELETE FROM log_dirty; UPDATE log_cursor SET done_index = 0
		WHERE conv_id = $conv"
	admin explain conversation "$conv"
	[[ $(value fanout) == FORGOTTEN* ]]
	sql "UPDATE log_cursor SET done_index = 6 WHERE conv_id = $conv"
	expect=66 admin explain conversation 5
	expect=65 admin explain message x
}

@test "usage and failures" {
	expect=64 admin
	expect=64 admin app
	expect=64 admin app create
	expect=64 admin app list too many
	expect=64 admin app list --nonsense
	expect=64 admin user list acme --limit
	expect=65 admin user list acme --limit 0
	expect=66 admin user list nothere
	expect=75 admin -o db.socket=/nonexistent app list
	expect=78 admin -o nonsense.x=1 app list
	admin -h
	[[ $output == usage:* ]]
}

@test "im-conf: defaults, differences, everything, and what is wrong" {
	run -0 "$bin/im-conf" -d
	[[ $output == *'#poll_ms = 1000'* ]]
	run -0 "$bin/im-conf" -n "$conf"
	[[ $output == *"socket = $IM_MYSQL_SOCKET"* ]]
	[[ $output != *lock_wait_s* ]]
	run -0 "$bin/im-conf" -o db.lock_wait_s=7 "$conf"
	[[ $output == *'lock_wait_s = 7'* ]]
	run -0 "$bin/im-conf" -c "$conf"
	[ -z "$output" ]
	printf '[db]\nport = 0\n' >"$BATS_TEST_TMPDIR/bad"
	run -78 "$bin/im-conf" -c "$BATS_TEST_TMPDIR/bad"
	[[ $output == *bad:2*port* ]]
	printf '[db]\npassword = hunter2\npasword = hunter2\nport = hunter2\n[bus]\nnodes = live1\n' \
		>"$BATS_TEST_TMPDIR/bad"
	IM_CACHE_SERVER=hunter2 run -78 "$bin/im-conf" -c "$BATS_TEST_TMPDIR/bad"
	[ ${#lines[@]} -eq 4 ]
	[[ ${lines[0]} == *'bad:3: unknown key db.pasword; db.password is meant?' ]]
	[[ ${lines[1]} == *bad:4:*port* ]]
	[[ ${lines[2]} == *bad:6:*bus.nodes* ]]
	[[ ${lines[3]} == IM_CACHE_SERVER:*IM_CACHE_SERVERS* ]]
	[[ $output != *hunter2* ]]
	run -78 "$bin/im-conf" -c -o cache.servers=10.0.0.256:11211 "$conf"
	[[ $output == '-o: cache.servers: '* ]]
	run -64 "$bin/im-conf" -x
	run -64 "$bin/im-conf" -c -n
}

@test "every program has --help, -h and --version" {
	local program name
	for program in "$bin"/im-* "$BUILD"/cgi-bin/*; do
		name=${program##*/}
		run -0 "$program" --version
		[[ $output =~ ^$name\ \(imcloud\)\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
		run -0 "$program" --help
		[[ $output == "usage: $name "* ]]
		[[ $output == *'-o section.key=value'* ]]
		run -0 "$program" -h
		[[ $output == "usage: $name "* ]]
	done
}

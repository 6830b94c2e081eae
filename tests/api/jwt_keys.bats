# Keys that apps register to sign JWTs for their users, and what they open.
load ../helper
load apps

setup_file() {
	stack_private user admin lighttpd
	export keys=$BATS_FILE_TMPDIR
	rsa r1 2048
	rsa r2 2048
	ec e1 prime256v1
	ec e2 prime256v1
	use_app other
	export OTHER=$app OTHER_KEY=$app_key
	use_app keys
	sign_up Anna
	sign_up Bert
}
teardown_file() { stack_done; }

rsa() { # NAME BITS: the files NAME (private) and NAME.pem (public)
	openssl genpkey -quiet -algorithm RSA -pkeyopt "rsa_keygen_bits:$2" \
		-out "$keys/$1" 2>/dev/null
	openssl pkey -in "$keys/$1" -pubout -out "$keys/$1.pem"
}
ec() { # NAME CURVE
	openssl genpkey -algorithm EC -pkeyopt "ec_paramgen_curve:$2" -out "$keys/$1"
	openssl pkey -in "$keys/$1" -pubout -out "$keys/$1.pem"
}

# key_json ALG FILE [MEMBER...]: the body of a PUT
key_json() {
	jq -nc --arg alg "$1" --rawfile key "$keys/$2" \
		'{alg: $alg, public_key: $key}'"${3+ + $3}"
}
put_key() { # KID ALG NAME
	as_app
	http PUT "/v1/admin/jwt-keys/$1" "$(key_json "$2" "$3.pem")"
	is_status 200
}
drop_key() { # KID
	as_app
	http DELETE "/v1/admin/jwt-keys/$1"
	is_status 204
}

claims() { # [MEMBER...]
	jq -nc --arg app "$IM_APP" --arg sub "$Anna_name" --argjson exp "$(now 3600)" \
		'{sub: $sub, app: $app, exp: $exp}'"${1+ * $1}"
}
# token KEY ALG KID [MEMBER...]: sets TOKEN
token() {
	TOKEN=$(jwt_by "$keys/$1" "$(jq -nc --arg alg "$2" --arg kid "$3" \
		'{alg: $alg, kid: $kid, typ: "JWT"}')" "$(claims "${4-{\}}")")
}
whoami() { http GET /v1/users/me; }
refused() {
	whoami
	is_problem 401 unauthenticated
	is_json .detail 'the JWT is refused: app, kid or signature is not valid'
}
no_jwt() {
	whoami
	is_problem 401 unauthenticated
	is_json '.detail | test("not a JWT signed with")' true
}
audited() { # ACTION KID: how often
	sql "SELECT COUNT(*) FROM audit JOIN app USING (app_id)
		WHERE name = '$IM_APP' AND action = '$1' AND detail = '$2'
		AND actor = CONCAT('key:', app_id + 1)"
}

# ---- registering -----------------------------------------------------------

# route: jwt_key.put
@test "a key is put, and put again, and replaced" {
	put_key first RS256 r1
	is_json 'keys_unsorted | join(",")' kid,alg,public_key,created_at
	is_json .kid first
	is_json .alg RS256
	[ "$(json .public_key)" = "$(cat "$keys/r1.pem")" ]
	is_json '.created_at > 1700000000000' true
	was=$body
	put_key first RS256 r1
	[ "$body" = "$was" ]
	[ "$(audited jwt_key.put first)" = 1 ]
	put_key first ES256 e1
	is_json .alg ES256
	[ "$(json .public_key)" = "$(cat "$keys/e1.pem")" ]
	[ "$(audited jwt_key.put first)" = 2 ]
	# Other line ends, blanks around it and long lines are the same key.
	http PUT /v1/admin/jwt-keys/first "$(jq -nc --rawfile key "$keys/e1.pem" \
		'{alg: "ES256", public_key: ("\n  " + ($key | gsub("\n"; "\r\n")) + " ")}')"
	is_status 200
	[ "$(audited jwt_key.put first)" = 2 ]
	drop_key first
}

# route: jwt_key.delete
@test "a key is deleted, and deleted again" {
	put_key gone RS256 r1
	drop_key gone
	[ -z "$body" ]
	drop_key gone
	drop_key never-there
	[ "$(audited jwt_key.delete gone)" = 1 ]
	[ "$(audited jwt_key.delete never-there)" = 0 ]
}

@test "fields" {
	as_app
	bad() { # BODY FIELD [TEXT]
		http PUT /v1/admin/jwt-keys/bad "$1"
		is_problem 400 invalid_argument "$2"
		[ -z "${3-}" ] || is_json .detail "$3"
	}
	bad '{}' alg
	bad "$(key_json RS256 r1.pem '{alg: null}')" alg
	bad "$(key_json HS256 r1.pem)" alg
	bad "$(key_json none r1.pem)" alg
	bad "$(key_json rs256 r1.pem)" alg
	bad "$(key_json RS256 r1.pem '{more: 1}')" more
	bad '{"alg":"RS256"}' public_key
	for value in '""' 7 null '"x"' "\"$(long 4097)\""; do
		bad "$(key_json RS256 r1.pem "{public_key: $value}")" public_key
	done
	# Of another kind, and no public key.
	bad "$(key_json RS256 e1.pem)" public_key 'RS256 needs an RSA key'
	bad "$(key_json ES256 r1.pem)" public_key 'ES256 needs a key on P-256'
	bad "$(key_json RS256 r1)" public_key 'is not one public key (SPKI) in PEM'
	bad "$(key_json ES256 e1)" public_key 'is not one public key (SPKI) in PEM'
	openssl rsa -in "$keys/r1" -RSAPublicKey_out -out "$keys/pkcs1.pem" 2>/dev/null
	bad "$(key_json RS256 pkcs1.pem)" public_key 'is not one public key (SPKI) in PEM'
	cat "$keys/r1.pem" "$keys/r2.pem" >"$keys/two.pem"
	bad "$(key_json RS256 two.pem)" public_key 'is not one public key (SPKI) in PEM'
	head -c 200 "$keys/r1.pem" >"$keys/cut.pem"
	bad "$(key_json RS256 cut.pem)" public_key 'is not one public key (SPKI) in PEM'
	rsa small 2047
	bad "$(key_json RS256 small.pem)" public_key 'an RSA key has at least 2048 bits'
	rsa tiny 1024
	bad "$(key_json RS256 tiny.pem)" public_key 'an RSA key has at least 2048 bits'
	for curve in secp384r1 secp256k1; do
		ec curve "$curve"
		bad "$(key_json ES256 curve.pem)" public_key 'ES256 needs a key on P-256'
	done
	openssl genpkey -quiet -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 \
		-out "$keys/pss" 2>/dev/null
	openssl pkey -in "$keys/pss" -pubout -out "$keys/pss.pem"
	bad "$(key_json RS256 pss.pem)" public_key 'RS256 needs an RSA key'
	openssl genpkey -algorithm ED25519 -out "$keys/ed"
	openssl pkey -in "$keys/ed" -pubout -out "$keys/ed.pem"
	bad "$(key_json ES256 ed.pem)" public_key 'ES256 needs a key on P-256'
	# The name of a key.
	for kid in a%20b 'a%2Fb' "$(long 129)" 'a:b'; do
		http PUT "/v1/admin/jwt-keys/$kid" "$(key_json RS256 r1.pem)"
		case $kid in
		a%2Fb) is_problem 404 not_found ;;
		*) is_problem 400 invalid_argument kid ;;
		esac
	done
	[ "$(sql "SELECT COUNT(*) FROM jwt_key WHERE kid = 'bad'")" = 0 ]
	http GET '/v1/admin/jwt-keys?cursor=a%20b'
	is_problem 400 invalid_argument cursor
	http GET '/v1/admin/jwt-keys?limit=201'
	is_problem 400 invalid_argument limit
}

@test "only an app key may" {
	for who in nobody Anna; do
		for route in 'GET /v1/admin/jwt-keys' 'PUT /v1/admin/jwt-keys/x' \
			'DELETE /v1/admin/jwt-keys/x'; do
			as "$who"
			data=
			[[ $route != PUT* ]] || data=$(key_json RS256 r1.pem)
			# shellcheck disable=SC2086 # method and path
			http $route "$data"
			case $who in
			nobody) is_problem 401 unauthenticated ;;
			*) is_problem 403 forbidden ;;
			esac
		done
	done
	# Nor one that acts for a user: it is still the app's.
	as_app
	http DELETE /v1/admin/jwt-keys/x '' -H "Im-Act-As: @$Anna_name"
	is_status 204
}

# route: jwt_key.list
@test "lists are paged by kid, each app's its own" {
	for kid in b a c B; do put_key "$kid" ES256 e1; done
	http GET /v1/admin/jwt-keys
	is_status 200
	is_json '[.items[].kid] | join(" ")' 'B a b c'
	is_json .next null
	http GET '/v1/admin/jwt-keys?limit=2'
	is_json '[.items[].kid] | join(" ")' 'B a'
	http GET "/v1/admin/jwt-keys?limit=2&cursor=$(json .next)"
	is_json '[.items[].kid] | join(" ")' 'b c'
	is_json .next null
	# Deleted by another app, it stays.
	TOKEN=$OTHER_KEY
	http GET /v1/admin/jwt-keys
	is_json '.items | length' 0
	http DELETE /v1/admin/jwt-keys/a
	is_status 204
	as_app
	http GET /v1/admin/jwt-keys
	is_json '.items | length' 4
	for kid in b a c B; do drop_key "$kid"; done
}

@test "of PUTs at once the last one stays, and equal ones are one" {
	as_app
	for i in 1 2 3 4 5 6; do
		name=r$((i % 2 + 1))
		curl -s -o /dev/null -w '%{http_code}\n' -X PUT \
			"$url/v1/admin/jwt-keys/race" -H "Authorization: Bearer $TOKEN" \
			-H 'Content-Type: application/json' \
			-d "$(key_json RS256 "$name.pem")" \
			>"$BATS_TEST_TMPDIR/$i" &
	done
	wait
	[ "$(cat "$BATS_TEST_TMPDIR"/[1-6] | sort | uniq -c | xargs)" = '6 200' ]
	[ "$(sql "SELECT COUNT(*) FROM jwt_key WHERE kid = 'race'")" = 1 ]
	http GET /v1/admin/jwt-keys
	if [ "$(json '.items[0].public_key')" = "$(cat "$keys/r1.pem")" ]; then
		good=r1 bad=r2
	else
		good=r2 bad=r1
	fi
	token $good RS256 race
	whoami
	is_status 200
	token $bad RS256 race
	refused
	drop_key race
}

@test "there is a bound" {
	as_app
	sql "INSERT INTO jwt_key SELECT $IM_APP_ID, CONCAT('n', seq), seq, 1, '', 1
		FROM seq_1_to_1000"
	http PUT /v1/admin/jwt-keys/more "$(key_json RS256 r1.pem)"
	is_problem 409 conflict
	http PUT /v1/admin/jwt-keys/n1 "$(key_json RS256 r1.pem)"
	is_status 200
	sql "DELETE FROM jwt_key WHERE app_id = $IM_APP_ID"
}

# ---- what they open --------------------------------------------------------

@test "JWTs of RS256 and ES256 open sessions, as those of the secret do" {
	put_key sign-r RS256 r1
	put_key sign-e ES256 e1
	for pair in 'r1 RS256 sign-r' 'e1 ES256 sign-e'; do
		# shellcheck disable=SC2086 # words
		token $pair "{device: \"${pair%% *}\"}"
		for _ in 1 2 3 4; do
			http GET /v1/sessions/current
			is_status 200
			is_json .device.id "${pair%% *}"
		done
		# shellcheck disable=SC2086
		token $pair "{exp: $(now -90)}"
		whoami
		is_problem 401 unauthenticated
		is_json .detail 'the JWT is refused: it has expired'
	done
	# One session of a device, whoever has signed.
	token e1 ES256 sign-e '{device: "both"}'
	http GET /v1/sessions/current
	session_id=$(json .session_id)
	token r1 RS256 sign-r '{device: "both"}'
	http GET /v1/sessions/current
	is_json .session_id "$session_id"
	TOKEN=$(jwt "$(claims '{device: "both"}')")
	http GET /v1/sessions/current
	is_json .session_id "$session_id"
	drop_key sign-r
	drop_key sign-e
}

@test "the key says what it is for, the JWT does not" {
	put_key rsa RS256 r1
	put_key ec ES256 e1
	# Signed with the text of the public key as if it were a secret.
	for alg in HS256 RS256 none; do
		for secret in "$(cat "$keys/r1.pem")" "$(cat "$keys/r1.pem")"$'\n' \
			"$IM_APP_SECRET" ''; do
			TOKEN=$(jwt "$(claims)" "$secret" \
				"{\"alg\":\"$alg\",\"kid\":\"rsa\"}")
			whoami
			is_problem 401 unauthenticated
		done
	done
	# Of a key that is not there the secret decides.
	TOKEN=$(jwt "$(claims)" "$IM_APP_SECRET" '{"alg":"HS256","kid":"mine"}')
	whoami
	is_status 200
	# A true signature under another name, of the algorithm or of the key.
	token r1 ES256 rsa
	refused
	token r1 RS256 ec
	refused
	token e1 RS256 ec
	refused
	token e1 ES256 rsa
	refused
	token r2 RS256 rsa
	refused
	token e2 ES256 ec
	refused
	token r1 RS256 nothing
	refused
	for alg in RS384 PS256 ES384 EdDSA none rs256; do
		token r1 $alg rsa
		no_jwt
	done
	token r1 RS256 ''
	no_jwt
	token r1 RS256 "$(long 129)"
	no_jwt
	TOKEN=$(jwt_by "$keys/r1" '{"alg":"RS256"}' "$(claims)")
	no_jwt
	TOKEN=$(jwt_by "$keys/r1" '{"alg":"RS256","kid":7}' "$(claims)")
	no_jwt
	TOKEN=$(jwt_by "$keys/r1" '{"alg":"RS256","kid":"rsa","crit":["b64"]}' "$(claims)")
	no_jwt
	# No signature, or one in DER, cut or longer.
	token e1 ES256 ec
	whole=$TOKEN
	for TOKEN in "${whole%.*}." "${whole%?}" "${whole}AAAA" \
		"${whole%.*}.$(printf %s "${whole%.*}" | openssl dgst -sha256 \
			-sign "$keys/e1" -binary | base64url)" \
		"${whole%.*}.$(head -c 64 /dev/zero | base64url)"; do
		whoami
		is_problem 401 unauthenticated
	done
	TOKEN=$whole
	whoami
	is_status 200
	drop_key rsa
	drop_key ec
}

@test "a key of another app opens nothing here" {
	TOKEN=$OTHER_KEY
	http PUT /v1/admin/jwt-keys/theirs "$(key_json RS256 r2.pem)"
	is_status 200
	token r2 RS256 theirs
	refused
	token r2 RS256 theirs "{app: \"$OTHER\", sub: \"anybody\"}"
	whoami
	is_status 200
	# Under the same name, each app has its own.
	put_key theirs RS256 r1
	token r2 RS256 theirs
	refused
	token r2 RS256 theirs "{app: \"$OTHER\", sub: \"anybody\"}"
	whoami
	is_status 200
	drop_key theirs
	whoami
	token r2 RS256 theirs "{app: \"$OTHER\", sub: \"anybody\"}"
	whoami
	is_status 200
}

executed() { sql "SHOW GLOBAL STATUS LIKE 'Com_stmt_execute'" | cut -f2; }
# is_free: twenty more requests of $TOKEN cost the database next to nothing
is_free() {
	local before i
	before=$(executed)
	for i in $(seq 20); do
		whoami
		is_status 200 || return
	done
	[ $(($(executed) - before)) -lt 10 ]
}

@test "a JWT that was used costs no statements, whoever has signed it" {
	put_key free ES256 e1
	TOKEN=$(jwt "$(claims)")
	wait_for is_free
	token e1 ES256 free '{device: "free"}'
	wait_for is_free
	drop_key free
}

@test "a deleted or replaced key opens nothing more, though it was cached" {
	put_key short RS256 r1
	token r1 RS256 short '{device: "short"}'
	wait_for is_free
	signed=$TOKEN
	http GET /v1/sessions/current
	session_id=$(json .session_id)
	drop_key short
	TOKEN=$signed
	refused
	# Its session is there until it runs out; a JWT of another key continues it.
	TOKEN=$(jwt "$(claims '{device: "short"}')")
	http GET /v1/sessions/current
	is_json .session_id "$session_id"
	# Put again, it opens again.
	put_key short RS256 r1
	TOKEN=$signed
	whoami
	is_status 200
	wait_for is_free
	put_key short RS256 r2
	TOKEN=$signed
	refused
	put_key short ES256 e1
	TOKEN=$signed
	refused
	drop_key short
}

@test "the same without memcached" {
	announce 'ev=cache'
	put_key away ES256 e2
	token e2 ES256 away
	whoami
	is_status 200
	signed=$TOKEN
	service down memcached
	whoami
	is_status 200
	drop_key away
	TOKEN=$signed
	refused
	service up memcached
	wait_for test -S "$stack/run/memcached.sock"
	for _ in 1 2 3 4 5; do refused; done
}

# For bats files that need apps of their own: `load apps`.
#
# make_app NAME [OPEN]: a new app, whose name starts with NAME; OPEN 0: sign-up
#   closed.
#   Sets app (its name), app_id, app_key and app_secret.
# use_app NAME [OPEN]: creates an app for sign_up and log_in to use.
# jwt CLAIMS [SECRET]: prints a JWT with these claims, signed with HS256.
# jwt_by KEY HEADER CLAIMS: the same, signed with a private key, RSA or P-256 in a
#   file, whatever the header says.

make_app() {
	local hash
	app=$1-$(head -c 5 /dev/urandom | od -An -tx1 | tr -d ' \n')
	app_id=$((RANDOM * 32768 * 32768 + RANDOM * 32768 + RANDOM + 1))
	app_secret=ims_$(random_text)
	app_key=imk_$(random_text)
	hash=$(printf %s "$app_key" | sha256sum | cut -d' ' -f1)
	sql "INSERT INTO app (app_id, name, secret, origins, open_signup, created_ms)
		VALUES ($app_id, '$app', '$app_secret', 'https://good.example', ${2-1}, 1);
		INSERT INTO app_key (key_hash, key_id, app_id, name, created_ms)
		VALUES (UNHEX('$hash'), $app_id + 1, $app_id, 'test', 1)"
}

use_app() {
	make_app "$@"
	export IM_APP=$app IM_APP_ID=$app_id IM_APP_KEY=$app_key
	export IM_APP_SECRET=$app_secret
}

random_text() { head -c 32 /dev/urandom | base64url; }
base64url() { base64 -w0 | tr '+/' '-_' | tr -d '='; }

jwt() {
	local part secret=${2-$IM_APP_SECRET}
	part=$(printf %s "${3-{\"alg\":\"HS256\",\"typ\":\"JWT\"\}}" | base64url)
	part+=.$(printf %s "$1" | base64url)
	printf '%s.%s' "$part" \
		"$(printf %s "$part" | openssl dgst -sha256 -hmac "$secret" -binary |
			base64url)"
}

jwt_by() {
	local part
	part=$(printf %s "$2" | base64url).$(printf %s "$3" | base64url)
	printf '%s.%s' "$part" "$(printf %s "$part" |
		openssl dgst -sha256 -sign "$1" -binary | flat "$1" | base64url)"
}

# flat KEY: a signature as JWTs have it: one of ECDSA is r || s, not DER
flat() {
	case $(openssl pkey -in "$1" -text -noout | head -1) in
	*'(256 bit)'*)
		openssl asn1parse -inform DER | sed -n 's/.*INTEGER *://p' |
			perl -ne 'chomp; print pack "H*", substr "0" x 64 . $_, -64' ;;
	*) cat ;;
	esac
}

# now S: the current time plus S, in seconds
now() { echo $(($(date +%s) + ${1-0})); }

# long N [CHARACTER]
long() { printf "%${1}s" '' | sed "s/ /${2-x}/g"; }

# For bats files: `load ../helper` (one folder below tests).
#
# WHERE   A test file runs in a stack: MariaDB, memcached, lighttpd, im-live,
#         services and jobs of its own (tools/stack/stack).
#   setup_file() { stack_shared; }           the one that API tests share
#   setup_file() { stack_private [NAME...]; } one for this file (NAME: only these
#                  services, besides db and memcached: message user im-fanout ...)
#   teardown_file() { stack_done; }          checks logs and store, ends a private one
#   $stack  its directory    $url  http://127.0.0.1:port    $conf  its imcloud.conf
#   $bin    programs (im-admin, im-fanout, ...)              $cgi  services
#   stack_set SECTION KEY VALUE  in a private stack, before or after the start
#   service COMMAND NAME...      runit's sv: restart, kill, pause, cont, down, up
#   service_pid NAME
#
# WHO     sign_up NAME   a new user, whose username starts with NAME: sets $NAME_id,
#         $NAME_token, $NAME_name, $NAME_device; log_in USERNAME [DEVICE]: a new
#         session, sets $token.   as NAME / as nobody / as_app: the caller of http
#
# WHAT    http METHOD PATH [JSON [CURL-OPTION...]]: sets $status $body $headers
#         header NAME             prints one of $headers
#         cgi SERVICE METHOD PATH [JSON]: the same, with the program run as CGI,
#                                 without web server; VAR=... before it sets its
#                                 environment
#         json FILTER             jq -r over $body
#         is_status N             $status is N; otherwise shows the answer
#         is_json FILTER VALUE    FILTER over $body gives VALUE
#         is_problem STATUS CODE [FIELD]   a complete problem document
#         sql 'SELECT ...'        against the stack's database, as its owner
#         wait_for COMMAND...     until it succeeds; only a hang makes it fail
#         polling WHO [QUERY]     starts a long poll of WHO; im-live holds it when
#                                 this returns.   heard WHO: its answer, in $body
#         announce 'REGEX'        this test causes such warnings or errors in the
#                                 logs; all others fail the run
#         store_is_sound          schema/check.sql finds nothing, once fan-out is done
#
# Tests of one file run one after another; files may run concurrently, so a test
# uses only users and conversations that it created.

TOP=${TOP:-$(cd "$BATS_TEST_DIRNAME/../.." && pwd)}
export TOP BUILD=${BUILD:-$TOP/build}
bin=$BUILD/bin cgi=$BUILD/cgi-bin
TOKEN=

# ---- stacks ---------------------------------------------------------------

stack_shared() {
	stack=${IM_SHARED:-$TOP/var/test/shared}
	"$TOP/tools/stack/stack" start "$stack" </dev/null 3>&- 4>&-
	stack_known
}

stack_private() {
	stack=$TOP/var/test/$(basename "${BATS_TEST_FILENAME%.bats}")-$$
	mkdir -p "$stack"
	"$TOP/tools/stack/stack" start "$stack" "$@" </dev/null 3>&- 4>&-
	stack_known
}

stack_known() {
	local name value
	while IFS='=' read -r name value; do
		export "$name=$value"
	done < <("$TOP/tools/stack/stack" env "$stack")
	export stack url=$IM_URL conf=$stack/etc/imcloud.conf
	[ ! -f "$stack/app.env" ] || . "$stack/app.env"
}

# stack_done: checks what a private stack leaves.
stack_done() {
	[ "$stack" != "${IM_SHARED:-$TOP/var/test/shared}" ] || return 0
	local bad=0
	store_is_sound || bad=1
	"$TOP/tools/stack/stack" stop "$stack"
	logs_are_clean "$stack" || bad=1
	[ $bad -ne 0 ] || rm -rf "$stack"
	return $bad
}

stack_set() {
	mkdir -p "$stack/etc/imcloud.conf.d"
	printf '[%s]\n%s = %s\n' "$1" "$2" "$3" \
		>"$stack/etc/imcloud.conf.d/$1-$2.conf"
}

# service COMMAND NAME...: services of cgi-bin that come up accept requests.
service() {
	local name
	"$TOP/tools/stack/stack" sv "$stack" "$@" 3>&- 4>&-
	case $1 in up | start | restart) ;; *) return 0 ;; esac
	for name in "${@:2}"; do
		[ ! -x "$cgi/$name" ] || wait_for accepts "$stack/run/web/$name.sock"
	done
}
accepts() { # SOCKET
	python3 -c 'import socket, sys
socket.socket(socket.AF_UNIX).connect(sys.argv[1])' "$1" 2>/dev/null
}
service_pid() { cat "$stack/service/$1/supervise/pid"; }

# ---- what went wrong ------------------------------------------------------

announce() { printf '%s\n' "$1" >>"$stack/announced"; }

# logs_are_clean DIR: no warning, error or sanitizer report but the announced
logs_are_clean() {
	local pattern='(^|[[:space:]])level=(warn|warning|error|fatal)([[:space:]]|$)'
	local bad
	pattern+='|Sanitizer|runtime error:|\[ERROR\]|Assertion'
	bad=$(grep -rhE "$pattern" "$1/log" |
		{ if [ -s "$1/announced" ]; then grep -vEf "$1/announced"
			else cat; fi; }) || return 0
	[ -n "$bad" ] || return 0
	echo "unannounced in the logs of $1:"
	echo "$bad" | head -n 30
	return 1
}

sql() {
	mariadb --no-defaults -S "$IM_MYSQL_SOCKET" -u "$(id -un)" --batch \
		--skip-column-names imcloud -e "$1"
}

check_store() {
	found=$(mariadb --no-defaults -S "$IM_MYSQL_SOCKET" -u "$(id -un)" \
		--batch imcloud <"$TOP/schema/check.sql" 2>&1)
	[ -z "$found" ]
}

store_is_sound() {
	[ -f "$TOP/schema/check.sql" ] || return 0
	wait_for check_store || {
		echo "schema/check.sql finds:"
		echo "$found" | head -n 30
		return 1
	}
}

# How long a wait or a request may take, in s: a machine whose cores are taken
# is slow, so only a hang reaches this.
patience=180

wait_for() {
	local end=$((SECONDS + patience))
	[[ $1 != [0-9]* ]] || { echo "wait_for takes no time: $*"; return 2; }
	until "$@"; do
		if [ $SECONDS -ge $end ]; then
			echo "not within $patience s: $*"
			return 1
		fi
		sleep 0.05
	done
}

# ---- requests -------------------------------------------------------------

http() {
	local method=$1 path=$2 data=${3-} here=${BATS_TEST_TMPDIR:-$BATS_FILE_TMPDIR}
	local args=(-sS -g --path-as-is --max-time "$patience" -D "$here/head" -o "$here/body"
		-w '%{http_code}')
	shift 2
	[ $# -eq 0 ] || shift
	if [ "$method" = HEAD ]; then args+=(-I); else args+=(-X "$method"); fi
	[ -z "$TOKEN" ] || args+=(-H "Authorization: Bearer $TOKEN")
	if [ -n "$data" ]; then
		args+=(-H 'Content-Type: application/json' --data-binary "$data")
	elif [ "$method" = POST ] && [[ " $* " != *' --data'* ]]; then
		args+=(-H 'Content-Length: 0')
	fi
	: >"$here/body"
	: >"$here/head"
	status=$(curl "${args[@]}" "$@" "$url$path") || :
	body=$(tr -d '\0' <"$here/body")
	headers=$(tr -d '\r' <"$here/head")
}

# The later of two polls of a session ends the earlier one: as soon as one is
# answered, im-live holds the other.
polling() {
	local token=$1_token file=$BATS_TEST_TMPDIR/poll-$1 pids=() i first
	for i in 0 1; do
		curl -sS --max-time $patience -H "Authorization: Bearer ${!token}" \
			-o "$file-$i" "$url/v1/live/poll?${2-}" 3>&- 4>&- &
		pids+=($!)
	done
	wait -n -p first "${pids[@]}"
	i=$((first == pids[0]))
	export "$1_poll=${pids[i]}" "$1_heard=$file-$i"
}

heard() {
	local pid=$1_poll file=$1_heard
	wait "${!pid}"
	body=$(<"${!file}")
}

header() {
	sed -n "s/^$1: *//Ip" <<<"$headers"
}

cgi() {
	local service=$1 method=$2 path=$3 data=${4-} answer
	answer=$(
		export GATEWAY_INTERFACE=CGI/1.1 REQUEST_METHOD=$method \
			REQUEST_URI=$path SCRIPT_NAME='' SERVER_PROTOCOL=HTTP/1.1 \
			REMOTE_ADDR=127.0.0.1 QUERY_STRING=
		case $path in *\?*) QUERY_STRING=${path#*\?} ;; esac
		if [ -n "$data" ]; then
			CONTENT_LENGTH=$(wc -c <<<"$data")
			export CONTENT_LENGTH CONTENT_TYPE=application/json
		fi
		[ -z "$TOKEN" ] || export HTTP_AUTHORIZATION="Bearer $TOKEN"
		"$cgi/$service" -c "$conf" <<<"$data" 2>>"$stack/log/cgi"
	)
	headers=$(sed '/^\r\{0,1\}$/q' <<<"$answer" | tr -d '\r')
	body=$(sed '1,/^\r\{0,1\}$/d' <<<"$answer")
	status=$(header Status | cut -c1-3)
	status=${status:-200}
}

json() { jq -r "$1" <<<"$body"; }

show() { printf '%s\n%s\n%s\n' "$status" "$headers" "$body"; }

is_status() {
	[ "$status" = "$1" ] || {
		echo "expected $1, got:"
		show
		return 1
	}
}

is_json() {
	local got
	got=$(jq -r "$1" <<<"$body" 2>&1) || :
	[ "$got" = "$2" ] || {
		echo "$1: expected $2, got $got in"
		show
		return 1
	}
}

is_problem() {
	is_status "$1" && is_json .code "$2" && is_json .status "$1" &&
		is_json .type "urn:imcloud:problem:$2" &&
		is_json '.title | length > 0' true &&
		is_json '.detail | length > 0' true &&
		is_json .request_id "$(header X-Request-Id)" &&
		is_json '.field // ""' "${3-}" || return 1
	case $(header Content-Type) in application/problem+json*) ;; *)
		echo "Content-Type: $(header Content-Type)"
		return 1 ;;
	esac
	case $1 in 429 | 503)
		is_json '.retry_after_ms > 0' true
		[ "$(header Retry-After)" -eq "$(json '.retry_after_ms / 1000 | ceil')" ] ;;
	esac
}

# ---- people ---------------------------------------------------------------

as() {
	local token=$1_token
	TOKEN=${!token-}
	[ "$1" = nobody ] || [ -n "$TOKEN" ]
}
as_app() { TOKEN=$IM_APP_KEY; }

password=correct-horse-battery

sign_up() {
	local name
	name=$(tr '[:upper:]' '[:lower:]' <<<"$1")-$(head -c 6 /dev/urandom | od -An -tx1 | tr -d " \n")
	as nobody
	http POST /v1/users "{\"app\":\"$IM_APP\",\"username\":\"$name\",
		\"password\":\"$password\",\"display_name\":\"$1\"}"
	is_status 201
	export "$1_id=$(json .user_id)" "$1_name=$name" "$1_device=dev-$name"
	log_in "$name" "dev-$name"
	export "$1_token=$token"
}

log_in() {
	as nobody
	http POST /v1/sessions "{\"app\":\"$IM_APP\",\"username\":\"$1\",
		\"password\":\"$password\",
		\"device\":{\"id\":\"${2:-dev-$RANDOM$RANDOM}\",\"platform\":\"web\"}}"
	is_status 201
	token=$(json .token)
}

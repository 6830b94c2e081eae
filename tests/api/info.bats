load ../helper

setup_file() {
	stack=$TOP/var/test/info-$$
	mkdir -p "$stack"
	# A slow machine is not a memcached that is away.
	stack_set cache timeout_ms 5000
	stack_private
}
teardown_file() { stack_done; }

health() {
	http GET /v1/health/ready
	[ "$(json "$1")" = "$2" ]
}

# route: info.get

@test "info: what there is, without a token" {
	TOKEN=
	http GET /v1/info
	is_status 200
	is_json '.version | test("^[0-9]+\\.[0-9]+\\.[0-9]+$")' true
	is_json '[.features[] | type] | unique | tojson' '["string"]'
	is_json '.features | contains(["direct","group","inbox","live.websocket"])' true
	is_json .limits.text_bytes 16384
	is_json .limits.body_bytes 65536
	is_json .limits.poll_wait_s 60
	for limit in members_max upload_bytes recall_s edit_s; do
		is_json ".limits.$limit | type" number
	done
	http GET '/v1/info?x=1'
	is_problem 400 invalid_argument x
	http POST /v1/info
	is_problem 405 method_not_allowed
	TOKEN=imu_worthless
	http GET /v1/info
	is_status 200
}

@test "info: who may what, as the table in docs/api.md says" {
	TOKEN=
	http GET /v1/info
	is_json .region 1
	is_json '.permissions | map_values([.direct, .group, .channel, .self]) |
		to_entries | map([.key] + (.value | map(join(", ")))) |
		map(join("|")) | join("\n")' "$(sed -n \
		'/^| act | direct/,/^$/s/^| `\([a-z_]*\)`[^|]*|\(.*\)|$/\1|\2/p' \
		"$TOP/docs/api.md" | sed 's/ *| */|/g; s/ *$//')"
}

# route: health.live health.ready health.get

@test "health: all is well" {
	TOKEN=
	http GET /v1/health/live
	is_status 200
	is_json .status ok
	if [ -x "$bin/im-live" ]; then
		wait_for health .status ok
	fi
	http GET /v1/health/ready
	is_status 200
	is_json .checks.db.status ok
	is_json .checks.cache.status ok
	is_json .checks.fanout.status ok
	is_json .checks.fanout.lag_ms 0
	is_json .checks.search.status ok
	is_json '.checks.search.lag_ms >= 0' true
	http GET /v1/health
	is_json '.checks | keys | join(",")' cache,db,fanout,live,search,services
	wait_for health '.checks.services | tojson' '{"status":"ok"}'
}

@test "health: memcached away is degraded, and still ready" {
	announce 'ev=cache_away'
	announce 'prog=(im-)?live'
	TOKEN=
	service down memcached
	wait_for health .checks.cache.status down
	is_status 200
	is_json .status degraded
	service up memcached
	wait_for health .checks.cache.status ok
}

@test "health: once memcached is back, no answer says that it is away" {
	announce 'ev=cache_away'
	announce 'prog=(im-)?live'
	TOKEN=
	wait_for health .checks.cache.status ok
	# All threads have connections, which the restart cuts.
	for i in $(seq 30); do
		curl -sS -o /dev/null "$url/v1/health" &
	done
	wait
	service restart memcached
	wait_for health .checks.cache.status ok
	for i in $(seq 30); do
		health .checks.cache.status ok
	done
}

@test "health: a service that is gone, or frozen, is degraded and named" {
	announce 'prog=(im-)?live'
	TOKEN=
	for name in inbox message; do
		wait_for health .checks.services.status ok
		service down $name
		wait_for health '.checks.services.down | tojson' "[\"$name\"]"
		is_status 200
		is_json .status degraded
		service up $name
	done
	wait_for health .checks.services.status ok
	kill -STOP "$(service_pid conversation)"
	wait_for health '.checks.services.down | tojson' '["conversation"]'
	kill -CONT "$(service_pid conversation)"
	wait_for health .checks.services.status ok
	wait_for health .status ok
}

@test "health: an im-live that is gone, or frozen, is degraded" {
	announce 'prog=(im-)?live'
	TOKEN=
	service down live
	wait_for health .checks.live.status down
	is_status 200
	is_json .status degraded
	service up live
	wait_for health .checks.live.status ok
	# Its sockets still take connections.
	kill -STOP "$(service_pid live)"
	wait_for health .checks.live.status down
	is_json .status degraded
	kill -CONT "$(service_pid live)"
	wait_for health .checks.live.status ok
}

@test "health: fan-out that lags is degraded" {
	sql "INSERT INTO log_dirty (consumer, part, conv_id, head, since_ms)
		VALUES (1, 9, 99, 1, 1)"
	TOKEN=
	http GET /v1/health
	is_status 200
	is_json .status degraded
	is_json .checks.fanout.status degraded
	is_json '.checks.fanout.lag_ms > 5000' true
	# What waits for an operator is not late.
	sql "UPDATE log_dirty SET parked_ms = 1 WHERE conv_id = 99"
	http GET /v1/health
	is_json .checks.fanout.status ok
	sql "DELETE FROM log_dirty WHERE conv_id = 99"
	http GET /v1/health
	is_json .checks.fanout.status ok
}

@test "health: a search index that nobody follows is degraded" {
	service down im-search
	sql "UPDATE lease SET expires_ms = 0 WHERE name LIKE 'search.%';
		UPDATE job_run SET ended_ms = ended_ms - 200000 WHERE job = 'search'"
	http GET /v1/health
	is_status 200
	is_json .status degraded
	is_json .checks.search.status degraded
	is_json '.checks.search.lag_ms >= 200000' true
	sql "DELETE FROM job_run WHERE job = 'search'"
	http GET /v1/health
	is_json '.checks.search | tojson' '{"status":"degraded"}'
	service up im-search
	wait_for health .checks.search.status ok
	# How late the last run was.
	sql "INSERT INTO job_run (run_id, job, host, started_ms, ended_ms,
		exit_code, done, retried, dead, failed, lag_ms)
		VALUES (1, 'search', '', 1, 1, 0, 0, 0, 0, 0, 130000)"
	http GET /v1/health
	is_json '.checks.search | tojson' '{"status":"degraded","lag_ms":130000}'
	sql "DELETE FROM job_run WHERE run_id = 1"
	wait_for health .status ok
}

@test "health: the database away is down, 503" {
	announce 'status=503'
	announce 'ev=db_'
	announce 'prog=(im-)?(live|fanout|search|schedule|expire|erase|export|scheduler)'
	TOKEN=
	service down db
	wait_for health .status down
	is_status 503
	is_json .checks.db.status down
	is_json '.checks.fanout | has("lag_ms")' false
	http GET /v1/health/live
	is_status 200
	service up db
	wait_for health .checks.db.status ok
	is_status 200
}

@test "health: a database that hangs is down, and holds up no answer" {
	local i
	announce 'status=503'
	announce 'ev=db_'
	announce 'prog=(im-)?(live|fanout|search|schedule|expire|erase|export|scheduler)'
	# So long that nobody waits for it.
	stack_set db read_timeout_s 3600
	service restart admin
	TOKEN=
	wait_for health .status ok
	kill -STOP "$(service_pid db)"
	# More than the service has threads.
	for i in $(seq 20); do
		curl -sS -o /dev/null "$url/v1/health" &
	done
	wait
	health .checks.db.status down
	is_status 503
	http GET /v1/health/live
	is_status 200
	kill -CONT "$(service_pid db)"
	wait_for health .checks.db.status ok
	is_status 200
}

# route: metrics.get

@test "metrics: Prometheus text, for loopback alone" {
	stack_set stat dir "$stack/run"
	service restart admin
	wait_for has_metrics
	[[ $(header Content-Type) = "text/plain; version=0.0.4"* ]]
	REMOTE_ADDR=192.0.2.1 remote_metrics
	is_problem 404 not_found
}
has_metrics() {
	TOKEN=
	http GET /metrics
	[ "$status" = 200 ] && grep -q '^imcloud_requests_total{' <<<"$body"
}
# The helper's cgi() comes from loopback.
remote_metrics() {
	local answer
	answer=$(GATEWAY_INTERFACE=CGI/1.1 REQUEST_METHOD=GET REQUEST_URI=/metrics \
		REMOTE_ADDR=$REMOTE_ADDR "$cgi/admin" -c "$conf" 2>>"$stack/log/cgi")
	headers=$(sed '/^\r\{0,1\}$/q' <<<"$answer" | tr -d '\r')
	body=$(sed '1,/^\r\{0,1\}$/d' <<<"$answer")
	status=$(header Status | cut -c1-3)
}

@test "what is no route is 404, however it is spelled" {
	TOKEN=
	for path in /v1 /v1/ /v1/nothing /v1/info/ /v1//info /v1/%69nfo /v1/INFO \
		/v1/health%2Flive /v1/admin/nothing; do
		http GET $path
		is_problem 404 not_found
	done
}

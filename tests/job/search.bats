# im-search: the index says what the logs say, whatever dies.
load ../helper

setup_file() { stack_private db; }
teardown_file() { stack_done; }
setup() { spawned=() flood=$BUILD/tests/helpers/flood dir=$stack/search; }
teardown() {
	[ ${#spawned[@]} -eq 0 ] || kill -KILL "${spawned[@]}" 2>/dev/null || :
	"$bin/im-fanout" -c "$conf"
}

story() { "$flood" -c "$conf" "$@" >"$BATS_TEST_TMPDIR/story"; }
index() { "$bin/im-search" -c "$conf" "$@"; }
spawn() {
	"$bin/im-search" -v -c "$conf" "$@" 2>>"$BATS_TEST_TMPDIR/log" 3>&- &
	pid=$!
	spawned+=("$pid")
}
status_has() { index --status | grep -q -- "$1"; }
is_level() { status_has 'state=built .*behind=0' && ! status_has 'file=next'; }
agrees() {
	python3 "$TOP/tests/helpers/search_check.py" "$dir" "$IM_MYSQL_SOCKET" "$(id -un)"
}
proven() {
	is_level || { index --status; return 1; }
	agrees
}
documents() { index --status | sed -n 's/.*documents=\([0-9]*\).*/\1/p'; }
# lite SQL: in the current file
lite() { python3 - "$dir"/1-1.current "$1" <<-'END'
	import os, sqlite3, sys
	for row in sqlite3.connect(os.path.realpath(sys.argv[1])).execute(sys.argv[2]):
	    print(*row, sep="|")
	END
}
# act KIND STATE TEXT: what a recall (2) or an edit (3) does to the oldest message
# of a log, in one transaction: $conv, $target
act() {
	local part=$((((conv * 0x9E3779B97F4A7C15) >> 32) & 3))
	sql "START TRANSACTION;
		SELECT last_index + 1 INTO @i FROM conv_seq WHERE conv_id = $conv FOR UPDATE;
		UPDATE entry SET state = $2, version = version + 1,
			recalled_by = IF($2 = 1, sender_id, 0)
			WHERE conv_id = $conv AND conv_index = $target;
		UPDATE body SET content = IF($2 = 1, '',
			'\"content\":{\"text\":\"$3\"}')
			WHERE conv_id = $conv AND conv_index = $target;
		INSERT INTO entry_away (conv_id, conv_index, sender_id, countable)
			SELECT conv_id, conv_index, sender_id, (flags & 2) = 0
			FROM entry WHERE conv_id = $conv AND conv_index = $target
			AND state = 1;
		INSERT INTO entry (conv_id, conv_index, msg_id, sender_id, kind, ordinal,
			own_ordinal, sent_ms, target_index)
			SELECT conv_id, @i, (SELECT MAX(msg_id) + 1 FROM entry), sender_id,
			$1, (SELECT last_ordinal FROM conv_seq WHERE conv_id = $conv),
			(SELECT MAX(own_ordinal) FROM entry x WHERE x.conv_id = $conv
				AND x.sender_id = e.sender_id), (SELECT last_ms
				FROM conv_seq WHERE conv_id = $conv), conv_index
			FROM entry e WHERE conv_id = $conv AND conv_index = $target;
		INSERT INTO body (conv_id, conv_index, content) VALUES ($conv, @i, '');
		UPDATE conv_seq SET last_index = @i, changed_index = @i WHERE conv_id = $conv;
		INSERT INTO log_dirty (consumer, part, conv_id, head, since_ms)
			VALUES (1, $part, $conv, @i, 1)
			ON DUPLICATE KEY UPDATE head = VALUES(head);
		COMMIT" >/dev/null
}
pick() { read -r conv target < <(sql "SELECT e.conv_id, e.conv_index FROM entry e
	JOIN body b USING (conv_id, conv_index)
	WHERE kind = 1 AND state = 0 AND target_index = 0 $1 LIMIT 1"); }

@test "builds the index of a store that has messages, and follows" {
	story -s 1 -u 40 -d 10 -g 6 -m 12 -n 60 -x 20
	[ "$(index --status)" = 'part=1 state=none' ]
	index
	proven
	[ "$(documents)" = "$(sql 'SELECT COUNT(*) FROM entry WHERE kind = 1')" ]
	story -s 2 -u 40 -d 10 -g 6 -m 12 -n 60 -x 20
	index
	proven
	[ "$(documents)" = "$(sql 'SELECT COUNT(*) FROM entry WHERE kind = 1')" ]
}

@test "a second run has nothing to do" {
	index
	[ "$(sql 'SELECT done FROM job_run ORDER BY run_id DESC LIMIT 1')" = 0 ]
}

@test "ids of documents are in the order of time, also after a rebuild" {
	# Some that were accepted long before they were sent.
	sql 'UPDATE entry SET msg_id = msg_id - (1 << 22) * 3600000
		WHERE kind = 1 AND conv_index % 7 = 3'
	index --rebuild
	proven
	[ "$(lite 'SELECT COUNT(*) FROM doc d JOIN doc n ON n.id = d.id + 1
		WHERE n.sent_ms < d.sent_ms')" = 0 ]
	[ "$(lite 'SELECT COUNT(*) FROM later')" = 0 ]
}

@test "an entry with an old id is marked, and found by its mark" {
	[ "$(sql 'SELECT COUNT(*) FROM log_dirty WHERE consumer = 2')" = 0 ]
	pick ''
	act 2 1 ''
	sql "UPDATE entry SET msg_id = 7 WHERE conv_id = $conv AND target_index > 0;
		INSERT INTO log_dirty (consumer, part, conv_id, head, since_ms)
		SELECT 2, 0, conv_id, last_index, 1 FROM conv_seq WHERE conv_id = $conv"
	index
	proven
	sql "UPDATE entry SET msg_id = (SELECT MAX(msg_id) + 1 FROM entry)
		WHERE conv_id = $conv AND target_index > 0;
		DELETE FROM log_dirty WHERE consumer = 2"
}

@test "three at once while people talk" {
	story -s 3 -u 50 -d 20 -g 8 -m 20 -n 150 -x 30 &
	talking=$!
	for _ in 1 2 3; do spawn --linger 3600 -o job.poll_ms=20; done
	wait $talking
	wait_for is_level
	kill -TERM "${spawned[@]}"
	wait "${spawned[@]}"
	proven
}

@test "a rebuild while people talk" {
	spawn --linger 3600 -o job.poll_ms=20
	wait_for is_level
	before=$(readlink "$dir/1-1.current")
	story -s 4 -u 50 -d 20 -g 8 -m 20 -n 100 -x 30 &
	talking=$!
	index --rebuild
	has_moved() { [ "$(readlink "$dir/1-1.current")" != "$before" ]; }
	wait_for has_moved
	wait $talking
	wait_for is_level
	kill -TERM "$pid"
	wait "$pid"
	proven
	# Nothing of the old one is left.
	[ "$(find "$dir" -name '*.db' | wc -l)" = 1 ]
	[ ! -e "$dir/1-1.rebuild" ]
}

@test "kill -9 at every point, and again" {
	for point in load put commit committed; do
		story -s 5 -u 30 -d 4 -g 2 -m 10 -n 20 -x 6
		result=0
		IM_FAULT=$point index || result=$?
		[ $result -eq 137 ] || {
			echo "$point: $result"
			return 1
		}
		agrees
		index
		proven
	done
}

@test "kill -9 at every point of a rebuild" {
	for point in made build switch switched; do
		for after in 1 2; do
			result=0
			IM_FAULT=$point IM_FAULT_AFTER=$after index --rebuild || result=$?
			[ $result -eq 137 ] || [ $after = 2 ] || {
				echo "$point: $result"
				return 1
			}
			agrees
			story -s 6 -u 30 -d 4 -g 2 -m 10 -n 5 -x 2
			index
			wait_for is_level
			proven
			[ "$(find "$dir" -name '*.db' | wc -l)" = 1 ]
		done
	done
}

@test "kill -9 at a random moment, twenty times" {
	for _ in $(seq 20); do
		story -s $RANDOM -u 30 -d 4 -g 2 -m 10 -n 10 -x 3
		"$bin/im-search" -c "$conf" 2>>"$BATS_TEST_TMPDIR/log" 3>&- &
		victim=$!
		perl -e 'select undef, undef, undef, rand 0.15'
		kill -KILL $victim 2>/dev/null || :
		wait $victim || :
		agrees
	done
	index
	proven
}

@test "a worker that was away too long changes nothing" {
	story -s 7 -d 6 -g 2 -m 8 -n 20
	IM_FAULT=commit IM_FAULT_STOP=1 spawn
	wait_for grep -q 'State:.T' "/proc/$pid/status"
	# It holds the file, too: nobody writes until it is gone or goes on.
	kill -KILL "$pid"
	wait "$pid" || :
	IM_FAULT=load IM_FAULT_STOP=1 spawn
	wait_for grep -q 'State:.T' "/proc/$pid/status"
	sql "UPDATE lease SET expires_ms = 0 WHERE name = 'search.0'"
	pick ''
	act 3 0 'another text'
	index
	proven
	kill -CONT "$pid"
	wait_for grep 'event=lost' "$BATS_TEST_TMPDIR/log"
	kill -KILL "$pid"
	wait "$pid" || :
	proven
}

@test "an edit replaces, a recall drops, and no byte of them is left" {
	story -s 8 -u 6 -d 2 -g 0 -m 2 -n 3
	index
	pick ''
	act 3 0 'xyzzyplugh remains'
	index
	proven
	grep -qa xyzzyplugh "$dir"/*.db*
	[ "$(lite "SELECT COUNT(*) FROM fts WHERE fts MATCH 'xyzzyplugh'")" = 1 ]
	act 2 1 ''
	index
	proven
	[ "$(lite "SELECT COUNT(*) FROM fts WHERE fts MATCH 'xyzzyplugh'")" = 0 ]
	[ "$(lite "SELECT COUNT(*) FROM word WHERE t = 'xyzzyplugh'")" = 0 ]
	status_has 'dropped=[1-9]'
	index --optimize
	proven
	status_has 'dropped=0'
	! grep -qa xyzzyplugh "$dir"/*.db*
}

@test "kill -9 while it merges" {
	story -s 9 -u 6 -d 2 -g 0 -m 2 -n 3
	pick ''
	act 2 1 ''
	index
	result=0
	IM_FAULT=merge index --optimize || result=$?
	[ $result -eq 137 ]
	agrees
	index
	proven
	status_has 'dropped=0'
	[ ! -e "$dir/1-1.optimize" ]
}

@test "a message that expires leaves the index on time" {
	story -s 10 -u 6 -d 2 -g 0 -m 2 -n 2
	pick 'ORDER BY msg_id DESC'
	sql "UPDATE entry SET expires_ms = 4000000000000
			WHERE conv_id = $conv AND conv_index = $target;
		INSERT INTO entry_expiry (conv_id, conv_index, expires_ms)
			VALUES ($conv, $target, 4000000000000);
		INSERT INTO entry_away (conv_id, conv_index, sender_id, countable,
			from_ms) SELECT conv_id, conv_index, sender_id,
				flags & 2 = 0, expires_ms FROM entry
			WHERE conv_id = $conv AND conv_index = $target"
	index
	[ "$(lite 'SELECT COUNT(*) FROM doc WHERE expires_ms > 0')" = 1 ]
	lite 'UPDATE doc SET expires_ms = 1 WHERE expires_ms > 0' || :
	python3 - "$dir"/1-1.current <<-'END'
	import os, sqlite3, sys
	db = sqlite3.connect(os.path.realpath(sys.argv[1]))
	db.execute("UPDATE doc SET expires_ms = 1 WHERE expires_ms > 0")
	db.commit()
	END
	index
	[ "$(lite 'SELECT COUNT(*) FROM doc WHERE expires_ms > 0')" = 0 ]
	sql "UPDATE entry SET expires_ms = 0 WHERE conv_id = $conv;
		DELETE FROM entry_expiry WHERE conv_id = $conv;
		DELETE FROM entry_away WHERE conv_id = $conv AND conv_index = $target"
	index --rebuild
	proven
}

@test "a file of another store, of another format, or damaged, is made again" {
	announce 'ev=search_index .*unusable='
	for damage in "UPDATE number SET value = 7 WHERE which = 2" \
		"UPDATE number SET value = 1 WHERE which = 1"; do
		python3 - "$dir"/1-1.current "$damage" <<-'END'
		import os, sqlite3, sys
		db = sqlite3.connect(os.path.realpath(sys.argv[1]))
		db.execute(sys.argv[2])
		db.commit()
		END
		index
		proven
	done
	printf 'nonsense nonsense nonsense' | dd conv=notrunc status=none \
		of="$(realpath "$dir/1-1.current")"
	index
	proven
	# The numbers of leases began again, as in a new store.
	sql "UPDATE lease SET fence = 0 WHERE name = 'search.0'"
	index
	proven
}

@test "the index in three parts" {
	for k in 1 2 3; do
		index -o search.shards=3 --partition $k/3
	done
	[ "$(find "$dir" -name '?-3.current' | wc -l)" = 3 ]
	rm "$dir"/1-1.*
	agrees
	[ "$(index -o search.shards=3 --status | grep -c 'state=built .*behind=0')" = 3 ]
}

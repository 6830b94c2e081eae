# What every table must be like: types that the binlog row reader decodes,
# keys that compare by bytes, nothing that a region could not replicate.
load ../helper

setup_file() { stack_private db; }
teardown_file() { stack_done; }

# nothing SQL: it gives no rows, else shows them.
nothing() {
	local rows
	rows=$(sql "$1")
	[ -z "$rows" ] || { echo "$rows"; return 1; }
}

# Keys that imcloud itself writes, out of names without trailing blanks: in
# them PAD SPACE tells nothing apart wrongly.  This list may only shrink.
own_keys="'lease.name', 'job_run.job'"

@test "tables are there" {
	[ "$(sql "SELECT COUNT(*) FROM information_schema.tables
		WHERE table_schema = 'imcloud'")" -gt 20 ]
}

@test "only integers, VARCHAR, VARBINARY, TEXT and BLOB" {
	nothing "SELECT table_name, column_name, column_type
		FROM information_schema.columns WHERE table_schema = 'imcloud'
		AND data_type NOT IN ('tinyint', 'smallint', 'int', 'bigint',
		'varchar', 'varbinary', 'text', 'mediumtext', 'longtext',
		'blob', 'mediumblob', 'longblob')"
}

@test "no unsigned columns: a TINYINT arrives without its sign" {
	nothing "SELECT table_name, column_name, column_type
		FROM information_schema.columns WHERE table_schema = 'imcloud'
		AND column_type LIKE '%unsigned%'"
}

@test "keys compare by bytes: no PAD SPACE" {
	nothing "SELECT DISTINCT c.table_name, c.column_name, c.collation_name
		FROM information_schema.columns c
		JOIN information_schema.statistics s
		ON s.table_schema = c.table_schema
			AND s.table_name = c.table_name
			AND s.column_name = c.column_name
		WHERE c.table_schema = 'imcloud'
		AND c.collation_name IS NOT NULL
		AND c.collation_name NOT LIKE '%\\_nopad\\_%'
		AND CONCAT(c.table_name, '.', c.column_name)
			NOT IN ($own_keys)"
}

@test "the list of keys that may pad names no other ones" {
	for key in ${own_keys//[\',]/}; do
		[ "$(sql "SELECT COUNT(*) > 0 FROM information_schema.columns c
			JOIN information_schema.statistics s
			USING (table_schema, table_name, column_name)
			WHERE table_schema = 'imcloud'
			AND table_name = '${key%.*}' AND column_name = '${key#*.}'
			AND c.collation_name NOT LIKE '%\\_nopad\\_%'")" = 1 ] || {
			echo "$key"
			return 1
		}
	done
}

@test "no foreign keys, triggers, procedures, events or AUTO_INCREMENT" {
	nothing "SELECT table_name, constraint_name, constraint_type
		FROM information_schema.table_constraints
		WHERE table_schema = 'imcloud'
		AND constraint_type NOT IN ('PRIMARY KEY', 'UNIQUE')"
	nothing "SELECT trigger_name FROM information_schema.triggers
		WHERE trigger_schema = 'imcloud'"
	nothing "SELECT routine_name FROM information_schema.routines
		WHERE routine_schema = 'imcloud'"
	nothing "SELECT event_name FROM information_schema.events
		WHERE event_schema = 'imcloud'"
	nothing "SELECT table_name, column_name, extra
		FROM information_schema.columns
		WHERE table_schema = 'imcloud' AND extra <> ''"
}

@test "every table is InnoDB and has a primary key" {
	nothing "SELECT t.table_name, t.engine FROM information_schema.tables t
		LEFT JOIN information_schema.table_constraints k
		ON k.table_schema = t.table_schema
			AND k.table_name = t.table_name
			AND k.constraint_type = 'PRIMARY KEY'
		WHERE t.table_schema = 'imcloud'
		AND (t.engine <> 'InnoDB' OR k.table_name IS NULL)"
}

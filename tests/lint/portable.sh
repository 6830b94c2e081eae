#!/usr/bin/env bash
# SQL that other engines with MariaDB's protocol (TiDB, Vitess) refuse is only in
# lib/io/db*, which renders lists in the form of db_dialect.h for them.
# portable.known lists the exceptions and may only shrink.
set -eu
cd "$(dirname "$0")/../.."

found=$(PYTHONPATH=tests/helpers python3 - <<'END'
import re
import statements

REFUSED = ["JSON_TABLE", "RETURNING", "CONSISTENT SNAPSHOT", "READ ONLY"]
COLUMN = (r"\w+ (?:BIGINT|INT|TEXT|VARCHAR\(\d+\))(?: CHARACTER SET \w+)?"
          r"(?: COLLATE \w+)? PATH '\$(?:\[\d+\])?'")
LIST = re.compile(rf"JSON_TABLE\(\?, '\$\[\*\]' COLUMNS\({COLUMN}"
                  rf"(?:, {COLUMN})*\)\) \w+")


def subqueries(sql):
    """The text of each SELECT in parentheses."""
    for m in re.finditer(r"\((?=SELECT )", sql):
        depth = 0
        for at in range(m.start(), len(sql)):
            depth += {"(": 1, ")": -1}.get(sql[at], 0)
            if not depth:
                yield sql[m.start():at + 1]
                break


def is_correlated(sub):
    """It names a table that is not its own."""
    own = set(re.findall(r"(?:FROM|JOIN) \(?(\w+)", sub))
    own |= set(re.findall(r"(?<=[\w)]) (?:AS )?([a-z]\w*)(?= |\)|,|$)", sub))
    text = re.sub(r"'[^']*'", "", sub)
    return any(a not in own for a in re.findall(r"\b([a-z]\w*)\.\w", text))


for s in statements.all_statements():
    if s.file.startswith("lib/io/db"):
        continue
    sql = LIST.sub("list", s.sql)
    for word in REFUSED:
        if re.search(rf"\b{word}\b", sql):
            print(f"{s.name}: {word}")
    if s.is_many:
        continue  # it has the subqueries of its statement
    if any(is_correlated(sub) for sub in subqueries(s.sql)):
        print(f"{s.name}: correlated subquery")
END
)
# Outside of statements: SQL that is sent as text, and arrays of parameters.
found+=$'\n'$(grep -rnoE --include='*.[ch]' \
	'CONSISTENT SNAPSHOT|READ ONLY|STMT_ATTR_ARRAY_SIZE|STMT_INDICATOR_[A-Z]+' \
	lib cgi-bin batch daemons tools |
	sed -E 's/:[0-9]+:/: /' | grep -v '^lib/io/db' || :)
found=$(sed '/^$/d' <<<"$found" | LC_ALL=C sort -u)
diff tests/lint/portable.known <(printf '%s' "${found:+$found
}") || {
	echo "SQL of one engine (>: new; <: in portable.known and no longer found)"
	exit 1
}

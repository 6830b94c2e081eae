"""Which statements read more than they should.

explain.py fill SOCKET DATABASE: fills the tables of a migrated, empty
database with rows that look like a busy installation's.

explain.py plans SOCKET DATABASE: asks the optimizer for its plan of each
statement of the tree, with parameters that meet those rows.  Prints a line
per finding:

    NAME: full scan of TABLE     every row, or every entry of an index
    NAME: filesort               rows are sorted instead of read in order
    NAME: plan not seen          a row that should be there was not found
    NAME: ...                    an error

Rows are made by formulas of their number, so that row n of a table belongs
to row n of another one: the n'th member, their mark, their chat.
"""
import functools
import re
import subprocess
import sys

import statements

ROWS, USERS, CONVS, APPS, JOBS = 30000, 2000, 1000, 20, 12
# Tables that stay small in any installation.
SMALL = {"app": APPS, "server_key": 2, "node": 200, "lease": 40, "migration": 3}
NONE = re.compile(r"^(disabled|ended|revoked|dissolved|muted|left|hidden|"
                  r"recalled|deleted|edited|expired|parked)_")
TYPICAL = [7717, 7718, 8120, 8530, 9317]  # rows that parameters are taken from
LATER = TYPICAL[0] + 5 * CONVS  # in the same conversation as the first of them


USER = f"(1 + (seq DIV {CONVS} + 3 * seq) % {USERS})"


class Store:
    def __init__(self, socket, database):
        self.client = ["mariadb", "--no-defaults", "-S", socket, "--batch",
                       "--skip-column-names", "--raw", database]
        self.tables = {}
        for line in self.ask(
                "SELECT table_name, column_name, data_type, "
                "COALESCE(character_maximum_length, 0), column_key = 'PRI' "
                "FROM information_schema.columns "
                "WHERE table_schema = DATABASE()"):
            table, column, kind, length, pri = line.split("\t")
            self.tables.setdefault(table, {})[column] = (
                kind, int(length), pri == "1")

    def ask(self, sql):
        run = subprocess.run(self.client, input=sql, capture_output=True,
                             text=True, check=False)
        if run.returncode:
            raise SystemExit(run.stderr)
        return run.stdout.splitlines()

    # ---- rows -------------------------------------------------------------

    def key(self, table):
        return [c for c, (_, _, pri) in self.tables[table].items() if pri]

    def row(self, table):
        """The row of a table that belongs to row `seq` of the others."""
        return {
            ("user_id",): USER, ("conv_id",): f"(1 + seq % {CONVS})",
            ("app_id",): f"(1 + seq % {APPS})",
        }.get(tuple(self.key(table)), f"(1 + (seq - 1) % {self.size(table)})")

    def number(self, table, column):
        """A formula of `seq` for an integer column."""
        key = self.key(table)
        if key == [column] and column in ("user_id", "conv_id", "app_id"):
            return "seq"
        if column == "app_id":
            return f"(1 + seq % {APPS})"
        if column == "conv_id":
            return f"(1 + seq % {CONVS})"
        if column in ("user_id", "sender_id", "by_id", "created_by", "low_id"):
            return USER
        if column == "high_id":
            return f"({USER} + 1)"
        if NONE.match(column) or column in ("floor_index", "after_user_id"):
            return "IF(seq % 10 = 0, seq, 0)"
        if column == "joined_index":
            return "1"
        if column == "delivered_index":  # all but the last one
            return f"(seq DIV {CONVS})"
        if column == "user_index" or key == ["user_id"]:
            return "seq"
        if column == "head" or column.endswith("_index"):
            return (f"({ROWS} DIV {CONVS})" if key == ["conv_id"] else
                    f"(1 + seq DIV {CONVS})")
        if column == "part":
            return "(seq % 4)"
        if column.endswith("_ms"):
            return "(1700000000000 + seq * 1000)"
        if self.tables[table][column][0] == "tinyint":
            return "1" if column == "listed" else "(seq % 3)"
        return "seq"

    def formula(self, table, column):
        kind, length, _ = self.tables[table][column]
        if kind.endswith("int"):
            return self.number(table, column)
        if kind in ("varbinary", "blob", "mediumblob", "longblob"):
            return (f"LEFT(UNHEX(SHA2(CONCAT('{column}', seq), 256)), "
                    f"{min(length, 32)})")
        if column == "job":
            return f"CONCAT('job', seq % {JOBS})"
        if kind == "varchar":
            return f"LEFT(CONCAT('{column[:8]}', seq), {length})"
        return "'{}'"

    def size(self, table):
        return SMALL.get(table, {("user_id",): USERS, ("conv_id",): CONVS}.get(
            tuple(self.key(table)), ROWS))

    def fill(self):
        for table, columns in self.tables.items():
            formulas = ", ".join(self.formula(table, c) for c in columns)
            self.ask(f"INSERT IGNORE INTO `{table}` SELECT {formulas} "
                     f"FROM seq_1_to_{self.size(table)}")
        self.ask("ANALYZE TABLE " + ", ".join(self.tables))

    @functools.lru_cache(None)
    def count(self, table):
        return int(self.ask(f"SELECT COUNT(*) FROM `{table}`")[0])

    def values(self, wanted):
        """{(table, column): its literals in the typical rows, and LATER}"""
        query = []
        for table, column in wanted:
            kind = self.tables[table][column][0]
            for seq in TYPICAL + [LATER]:
                value = self.formula(table, column)
                if not kind.endswith("int"):
                    value = (f"QUOTE({value})" if "b" not in kind else
                             f"CONCAT('x''', HEX({value}), '''')")
                query.append(
                    f"SELECT {value} FROM (SELECT {self.row(table)} AS seq "
                    f"FROM (SELECT {seq} AS seq) n) n;")
        lines = iter(self.ask("\n".join(query)))
        return {w: [next(lines) for _ in TYPICAL + [LATER]] for w in wanted}

    # ---- parameters -------------------------------------------------------

    def aliases(self, sql):
        """{alias or name: table}, the target of an INSERT last."""
        found = {}
        for words in ("FROM|JOIN|UPDATE", "INTO"):
            for table, alias in re.findall(
                    rf"(?:{words}) (\w+)(?: (?:AS )?(\w+))?", sql):
                if table in self.tables:
                    found[alias or table] = found[table] = table
        return found

    def column(self, sql, name):
        """(table, column) that "u.user_id" or "user_id" is, or None."""
        alias, _, column = name.rpartition(".")
        tables = self.aliases(sql)
        for table in [tables[alias]] if alias in tables else tables.values():
            if column in self.tables[table]:
                return table, column
        return None

    def parameters(self, sql):
        """What stands for each "?": (table, column), or (table, column,
        "later") for an upper bound, a list of them for JSON_TABLE, or a
        literal."""
        found = []
        for m in re.finditer(r"\?", sql):
            before, after = sql[:m.start()], sql[m.end():]
            if before.endswith("JSON_TABLE("):
                found.append(self.json_columns(sql, after))
                continue
            name = re.search(
                r"([\w.]+)(?: (?:=|<|>|<=|>=|<>|LIKE|BETWEEN)"
                r"| BETWEEN \? AND| LIKE LOWER\() ?$", before)
            column = name and self.column(sql, name[1])
            if column and re.search(r"(<=?|BETWEEN \? AND) ?$", before):
                column += ("later",)
            if before.endswith("LIMIT "):
                found.append("50")
            elif "LIKE" in before[-12:]:
                found.append("'user1%'")
            else:
                found.append(column or "1")
        return found

    def json_columns(self, sql, after):
        """[(table, column) or None for each place of an inner list]"""
        text = after[:after.index(" j ")]
        found = []
        for name, _ in re.findall(r"(\w+) [A-Z][^,]*? PATH '(\$[^']*)'", text):
            other = re.search(rf"([\w.]+) (?:=|<=|>=|>|<) j\.{name}\b", sql)
            found.append(other and self.column(sql, other[1]))
        return found

    def bound(self, sql, parameters, values):
        """sql with literals: scalars of one typical row, lists of all."""
        def literal(p):
            if isinstance(p, str):
                return p
            if isinstance(p, tuple):
                return values[p[:2]][len(TYPICAL) if p[2:] else 0]
            rows = [[values[c][k] if c else "1" for c in p]
                    for k in range(len(TYPICAL))]
            if "'$[0]'" not in sql:
                return "'[" + ",".join(r[0] for r in rows) + "]'"
            text = ",".join("[" + ",".join(r) + "]" for r in rows)
            return "'[" + text.replace("'", '"') + "]'"
        parts = sql.split("?")
        return "".join(a + b for a, b in zip(
            parts, [literal(p) for p in parameters] + [""]))


def findings(store, sql, plan):
    """plan: the lines of EXPLAIN."""
    tables = store.aliases(sql)
    for line in plan:
        if line.startswith("ERROR"):
            yield line
            continue
        _, _, alias, kind, _, _, _, _, rows, extra = line.split("\t")
        table = tables.get(alias, alias)
        # An index that is read in order, up to a LIMIT, shows few rows.
        if table in store.tables and (kind == "ALL" or (
                kind == "index" and int(rows) > store.count(table) / 2)):
            yield f"full scan of {table}"
        if "Using filesort" in extra:
            yield "filesort"
        if "Impossible WHERE" in extra or "no matching row" in extra:
            yield "plan not seen"


def plans(store):
    # INSERT ... VALUES has no plan.
    asked = [s for s in statements.all_statements()
             if "JSON_TABLE" in s.sql or "SELECT" in s.sql or
             not s.sql.startswith("INSERT")]
    parameters = {s.name: store.parameters(s.sql) for s in asked}
    wanted = set()
    for p in parameters.values():
        for one in p:
            wanted |= {c[:2] for c in (one if isinstance(one, list) else [one])
                       if isinstance(c, tuple)}
    values = store.values(sorted(wanted))
    query = ["SET NAMES utf8mb4;"]
    for s in asked:
        query.append(f"SELECT '== {s.name}';")
        query.append(
            "EXPLAIN " + store.bound(s.sql, parameters[s.name], values) + ";")
    run = subprocess.run(store.client + ["--force"], input="\n".join(query),
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                         text=True, check=False)
    parts = re.split(r"^== (\S+)\n", run.stdout, flags=re.M)[1:]
    if len(parts) != 2 * len(asked):
        raise SystemExit(run.stdout)
    for s, plan in zip(asked, parts[1::2]):
        for finding in sorted(set(findings(store, s.sql, plan.splitlines()))):
            print(f"{s.name}: {finding}")


def main():
    store = Store(sys.argv[2], sys.argv[3])
    if sys.argv[1] == "fill":
        store.fill()
    else:
        plans(store)


main()

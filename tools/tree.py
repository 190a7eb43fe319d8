"""Finds and reads the source files of the project, for the checks. Single thread; reads only."""

import os
import pathlib
import re

# Built, fetched or the machine's own: never looked into.
SKIPPED = {".git", "build", "data", "node_modules", ".cache", "__pycache__"}


def files(root):
    """Every file of the tree below `root` that belongs to the project, sorted, as paths relative to it."""
    found = []
    for folder, subfolders, names in os.walk(root):
        subfolders[:] = sorted(s for s in subfolders if s not in SKIPPED)
        found += [pathlib.Path(folder, name).relative_to(root) for name in names if name not in SKIPPED]
    return sorted(found)


def cpp_files(root, folders=("src", "tests", "bench", "fuzz")):
    return [f for f in files(root) if f.parts[0] in folders and f.suffix in (".h", ".cc")]


_STRINGS_AND_COMMENTS = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"([^(\s]*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-zA-Z_])\'(?:\\.|[^\'\\\n])+\'', re.DOTALL
)


def blank(text):
    """C++ text with comments and the insides of strings and character literals made spaces, line by line the same
    length, so that a search in it finds code only."""

    def spaces(match):
        return re.sub(r"[^\n]", " ", match.group(0))

    return _STRINGS_AND_COMMENTS.sub(spaces, text)


def includes(text):
    """(line number, name, quoted) of each #include in C++ text; quoted is false for <...>."""
    for number, line in enumerate(text.splitlines(), 1):
        match = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
        if match:
            yield number, match.group(2), match.group(1) == '"'

#!/usr/bin/env python3
"""Checks that the arrows between the folders of src/ are those that their CMakeLists.txt allow.

Fails on: an include of a folder that is not in DEPENDS (TEST_DEPENDS too for *_test.cc), a cycle among the lists, a
library or a system header outside the folders that may see it, coroutines spawned elsewhere, a clock in the pure
folders, a folder without its README.md. Usage: tools/check_layers.py [root]
"""

import pathlib
import re
import sys

import tree

# What a header's name begins with, and the folders that may include it.
ASIO_FOLDERS = {"net", "link", "http", "engine", "app"}
RESTRICTED_HEADERS = [
    (re.compile(r"sqlite3(ext)?\.h$"), {"db"}),
    (re.compile(r"(postgresql/)?(libpq-fe|libpq/)"), {"db"}),
    (re.compile(r"boost/(asio|beast)"), ASIO_FOLDERS),
    (re.compile(r"spdlog/"), {"base"}),
    (re.compile(r"(pango/|cairo|glib|harfbuzz|hb)"), {"pdf"}),
    (re.compile(r"(sys/socket|netinet/|arpa/inet|netdb|sys/epoll|sys/un)"), ASIO_FOLDERS),
]
# Words of code, and the folders that may hold them. A test may do what it likes with time.
RESTRICTED_WORDS = [
    (re.compile(r"\bco_spawn\b"), ASIO_FOLDERS, "spawns a coroutine"),
    (re.compile(r"\bsystem_clock\b"), {"base"}, "reads the wall clock: take a Clock"),
]
PURE_FOLDERS = {"text", "pdf", "codec", "provider", "screen", "domain"}
CLOCK_WORDS = re.compile(r"\b(SystemClock|steady_clock|clock_gettime|gettimeofday)\b|\bstd::time\s*\(")


def allowed_arrows(root):
    """Folder name -> (DEPENDS, DEPENDS and TEST_DEPENDS) from src/*/CMakeLists.txt."""
    arrows = {}
    for path in sorted((root / "src").glob("*/CMakeLists.txt")):
        text = re.sub(r"#[^\n]*", "", path.read_text())
        match = re.search(r"yizhan_module\(\s*(\w+)([^)]*)\)", text)
        if not match or match.group(1) != path.parent.name:
            raise SystemExit(f"{path}: expected yizhan_module({path.parent.name} ...)")
        lists, keyword = {}, None
        for word in match.group(2).split():
            if re.fullmatch(r"[A-Z_]+", word):
                keyword = word
            else:
                lists.setdefault(keyword, set()).add(word)
        depends = lists.get("DEPENDS", set())
        arrows[match.group(1)] = (depends, depends | lists.get("TEST_DEPENDS", set()))
    return arrows


def find_cycle(arrows):
    """The folders of one cycle among the DEPENDS lists, or None."""
    done, path = set(), []

    def visit(folder):
        if folder in path:
            return path[path.index(folder) :] + [folder]
        if folder in done or folder not in arrows:
            return None
        path.append(folder)
        for below in sorted(arrows[folder][0]):
            cycle = visit(below)
            if cycle:
                return cycle
        path.pop()
        done.add(folder)
        return None

    for folder in sorted(arrows):
        cycle = visit(folder)
        if cycle:
            return cycle
    return None


def check_file(file, text, arrows):
    folder = file.parts[1]
    is_test = file.name.endswith("_test.cc")
    allowed = arrows[folder][1 if is_test else 0] | {folder}
    problems = []
    for line, name, quoted in tree.includes(text):
        target = name.split("/")[0]
        if quoted and target in arrows and target not in allowed:
            problems.append(f"{file}:{line}: {folder} must not include {name}: {target} is not in its DEPENDS")
        for pattern, folders in RESTRICTED_HEADERS:
            if pattern.match(name) and folder not in folders and not is_test:
                problems.append(f"{file}:{line}: only {', '.join(sorted(folders))} may include <{name}>")
    if is_test:
        return problems
    for line, code in enumerate(tree.blank(text).splitlines(), 1):
        for pattern, folders, what in RESTRICTED_WORDS:
            if folder not in folders and pattern.search(code):
                problems.append(f"{file}:{line}: {what}; only {', '.join(sorted(folders))} may")
        if folder in PURE_FOLDERS and CLOCK_WORDS.search(code):
            problems.append(f"{file}:{line}: {folder} must not see a clock: take the time as an argument")
    return problems


def check(root):
    """Every problem of the tree at `root`, as lines of text."""
    arrows = allowed_arrows(root)
    problems = []
    for folder, (_, depends) in sorted(arrows.items()):
        for name in sorted(depends - set(arrows) - {"test_support"}):
            problems.append(f"src/{folder}/CMakeLists.txt: {name} is no folder of src/")
        sources = [p for p in (root / "src" / folder).rglob("*") if p.suffix in (".h", ".cc")]
        started = any(p.name != "placeholder.cc" for p in sources)
        if started and not (root / "src" / folder / "README.md").exists():
            problems.append(f"src/{folder}: no README.md saying what it is for and what it must not know")
        if started and (root / "src" / folder / "placeholder.cc").exists():
            problems.append(f"src/{folder}/placeholder.cc: stands beside real sources")
    cycle = find_cycle(arrows)
    if cycle:
        problems.append("src: a cycle among the DEPENDS lists: " + " -> ".join(cycle))
    for file in tree.cpp_files(root, ("src",)):
        if len(file.parts) < 3 or file.parts[1] not in arrows:
            problems.append(f"{file}: not in a folder with a CMakeLists.txt")
            continue
        problems += check_file(file, (root / file).read_text(), arrows)
    return problems


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent).resolve()
    problems = check(root)
    print("\n".join(problems) if problems else "layers: every arrow is allowed")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Checks the habits of the project that neither clang-format nor clang-tidy knows.

C++: `#pragma once` and an opening comment in every header, functions of at most 70 lines, no sleeping in tests, no call
that threads cannot share, every limit named in src/base/limits.h and used. Every text file: no unowned to-do marks, no package registry's host name, no
path of somebody's machine. Usage: tools/check_style.py [--allow-unused-limits] [root]
"""

import argparse
import pathlib
import re
import sys

import tree

MAX_FUNCTION_LINES = 70

# These files have to spell what they search for.
SELF = {pathlib.Path("tools/check_style.py"), pathlib.Path("tools/check_style_test.py")}
# Set down by others, word for word.
NOT_OURS = {pathlib.Path("LICENSE")}

ANY_TEXT = [
    (re.compile(r"\b(TODO|FIXME|XXX|HACK)\b"), "an open to-do: do it, or file it"),
    (
        re.compile(
            r"\b(registry\.npmjs\.org|npmjs\.org|npmjs\.com|npmmirror\.com|yarnpkg\.com|deb\.debian\.org|"
            r"security\.debian\.org|snapshot\.debian\.org|pypi\.org|pythonhosted\.org|crates\.io|proxy\.golang\.org|"
            r"rubygems\.org|repo1?\.maven\.org|docker\.io|ghcr\.io|quay\.io)\b"
        ),
        "a registry's host name: the machine's own settings say where packages come from "
        "(npm: omit-lockfile-registry-resolved=true)",
    ),
    (
        re.compile(r"(?<![\w.$~})\]-])(/work/\w|/home/\w+/|/root/|/Users/\w)"),
        "a path of somebody's machine",
    ),
]

# Calls that share hidden state between threads.
UNSAFE_CALL = re.compile(r"(?<![\w.>:])(?:std::)?(localtime|gmtime|asctime|ctime|strtok|rand|srand|tmpnam|setenv|putenv)\s*\(")

LIMITS = pathlib.Path("src/base/limits.h")
LIMIT_DEFINITION = re.compile(r"\bconstexpr\s+[\w:]+\s+(k\w+)\s*=")
# A constant named like a limit and given a number. Those of a wire format are facts and not choices: their comment,
# on the line or in the block above, says "wire" or names the section of a specification.
LIMIT_LIKE = re.compile(r"\bconstexpr\s+[\w:]+\s+(kMax[A-Z]\w*|k\w+(?:Max|Limit|TimeoutMs|Capacity|QueueSize))\s*[={]\s*\d")
SIZE_LITERAL = re.compile(r"\bsize\(\)\s*(?:>|>=)\s*[1-9][0-9']{2,}")



def functions(code):
    """(first line, line count) of every function in blanked C++ text. What stands inside a function (a lambda, a local
    class) counts as part of it."""
    scopes = []  # for each open brace, where the head of its function began, or None when it opened something else
    head_start = 0  # where the text before the next brace begins
    for match in re.finditer(r"[{};]|^[ \t]*#(?:\\\n|[^\n])*", code, re.MULTILINE):
        token, at = match.group(0), match.start()
        in_function = any(s is not None for s in scopes)
        if token == "{":
            head = code[head_start:at]
            scopes.append(head_start if not in_function and opens_function(head) else None)
        elif token == "}" and scopes:
            start = scopes.pop()
            if start is not None:
                if code[at + 1 :].lstrip()[:1] in (",", "{"):  # a_{1}, or b_{2} {: the head of a constructor goes on
                    head_start = start
                    continue
                begin = start + len(code[start:at]) - len(code[start:at].lstrip())
                first, last = code.count("\n", 0, begin) + 1, code.count("\n", 0, at) + 1
                yield first, last - first + 1
        if not any(s is not None for s in scopes):
            head_start = match.end()


def opens_function(head):
    """Whether the text before a brace, outside any function, is the head of a function."""
    if "(" not in head or re.search(r"([(,=]|\breturn)\s*$", head):
        return False  # a namespace, a type, or a table of values
    bare = re.sub(r"template\s*<[^{}]*?>\s*(?=class|struct|union)|\[\[.*?\]\]|alignas\s*\([^)]*\)", "", head)
    return not re.search(r"\b(namespace|class|struct|union|enum)\b[^()]*$", bare)


def check_header(file, text):
    lines = text.splitlines()
    if not lines or lines[0].strip() != "#pragma once":
        return [f"{file}:1: a header begins with #pragma once"]
    if len(lines) < 2 or not lines[1].startswith("//"):
        return [f"{file}:2: a header opens with one sentence of purpose and its thread contract"]
    return []


def check_cpp(file, text):
    problems = check_header(file, text) if file.suffix == ".h" else []
    code = tree.blank(text)
    for line, count in functions(code):
        if count > MAX_FUNCTION_LINES:
            problems.append(f"{file}:{line}: a function of {count} lines, more than {MAX_FUNCTION_LINES}")
    is_test = file.parts[0] != "src" or file.name.endswith("_test.cc")
    lines = text.splitlines()
    for number, line in enumerate(code.splitlines(), 1):
        if is_test and re.search(r"\b(sleep_for|sleep_until|usleep|nanosleep|sleep)\s*\(", line):
            problems.append(f"{file}:{number}: a test that sleeps: wait for the event, or move a ManualClock")
        if is_test or file == LIMITS:
            continue
        unsafe = UNSAFE_CALL.search(line)
        if unsafe:
            problems.append(f"{file}:{number}: {unsafe.group(1)} is not safe with several threads")
        if SIZE_LITERAL.search(line):
            problems.append(f"{file}:{number}: a limit without a name: put it in base/limits.h")
        if LIMIT_LIKE.search(line) and not says_wire(lines, number - 1):
            problems.append(f"{file}:{number}: a limit belongs in base/limits.h (or say in a comment: wire format)")
    return problems


def says_wire(lines, at):
    """Whether the comment on line `at` or in the unbroken block above it says that this is the wire's own number."""
    while at >= 0 and lines[at].strip():
        comment = lines[at].partition("//")[2]
        if re.search(r"\b(wire|section)\b", comment, re.IGNORECASE):
            return True
        at -= 1
    return False


def check_limits_used(root, cpp):
    if not (root / LIMITS).exists():
        return []
    names = LIMIT_DEFINITION.findall(tree.blank((root / LIMITS).read_text()))
    used = set()
    for file in cpp:
        if file.parts[0] == "src" and file != LIMITS and not file.name.endswith("_test.cc"):
            used.update(re.findall(r"\blimits::(k\w+)", tree.blank((root / file).read_text())))
    return [f"{LIMITS}: {name} limits nothing" for name in names if name not in used]


def check_text(file, text):
    problems = []
    for number, line in enumerate(text.splitlines(), 1):
        for pattern, why in ANY_TEXT:
            match = pattern.search(line)
            if match:
                problems.append(f"{file}:{number}: {match.group(0)}: {why}")
    return problems


def check(root, unused_limits=True):
    """Every problem of the tree at `root`, as lines of text."""
    problems = []
    cpp = tree.cpp_files(root)
    for file in cpp:
        problems += check_cpp(file, (root / file).read_text())
    if unused_limits:
        problems += check_limits_used(root, cpp)
    for file in tree.files(root):
        if file in SELF | NOT_OURS:
            continue
        try:
            text = (root / file).read_text()
        except UnicodeDecodeError:
            continue  # not text
        problems += check_text(file, text)
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--allow-unused-limits", action="store_true", help="while the code of a limit is unwritten")
    parser.add_argument("root", nargs="?", type=pathlib.Path, default=pathlib.Path(__file__).parent.parent)
    options = parser.parse_args()
    problems = check(options.root.resolve(), not options.allow_unused_limits)
    print("\n".join(problems) if problems else "style: nothing to complain of")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

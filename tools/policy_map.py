#!/usr/bin/env python3
"""Makes docs/policy/README.md from rules/policy_map.toml, so that there is one source, and checks it.

    tools/policy_map.py            writes the page
    tools/policy_map.py --check    fails when the page is another, or when a test that a clause names is not in the tree

The server reads the same file (src/service/policy_map.cc), which checks its form more closely.
"""

import argparse
import pathlib
import re
import sys
import tomllib

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import tree

SOURCE = "rules/policy_map.toml"
PAGE = "docs/policy/README.md"
STATES = ("enforced", "evidenced", "partly", "not_yet")
TEST = re.compile(r"\bTEST(?:_P|_F)?\(\s*(\w+)\s*,\s*(\w+)\s*\)")

HEAD = """<!-- Made by tools/policy_map.py from rules/policy_map.toml: change that file. -->

# The policy, clause by clause

The numbering is the policy's own (4.1.3 = part four, section one, item three). **Enforced**: the program cannot be made to do otherwise through
its API. **Evidenced**: the program keeps the record that shows it was done. **Partly**: what is missing is named. **Not yet**: nothing is there.
The running server answers the same with live figures at `GET /api/v1/policy_map`.

Tests are named as they run: `Suite.Test` is a gtest beside the code or in `tests/integration` (suites with a store run once on SQLite and once on
PostgreSQL); `e2e.demo` is `tests/e2e/demo_test.py`, `crash.kill` is `tests/crash/kill_test.py`.
"""


def tests_of(root):
    """The names of the tests in the tree: Suite.Test of each gtest, <label>.<what> of each script or program of tests/."""
    found = set()
    for path in tree.files(root):
        if path.parts[0] == "tests" and len(path.parts) == 3 and re.search(r"_test\.(py|cc)$", path.name):
            found.add(f"{path.parts[1]}.{path.stem.removesuffix('_test')}")
        if path.parts[0] in ("src", "tests") and path.suffix == ".cc" and path.stem.endswith("_test"):
            text = tree.blank((root / path).read_text(encoding="utf-8"))
            found |= {f"{suite}.{test}" for suite, test in TEST.findall(text)}
    return found


def faults(clauses, tests):
    """What is wrong with the clauses, one line each."""
    out = []
    seen = set()
    suites = {name.split(".")[0] for name in tests}
    for clause in clauses:
        number = clause.get("number", "?")
        if number in seen:
            out.append(f"clause {number} stands twice")
        seen.add(number)
        if clause.get("state") not in STATES:
            out.append(f"clause {number}: state is none of {', '.join(STATES)}")
        for name in clause.get("tests", []):
            known = name.removesuffix(".*") in suites if name.endswith(".*") else name in tests
            if not known:
                out.append(f"clause {number}: there is no test {name}")
    numbers = [[int(n) for n in clause["number"].split(".")] for clause in clauses]
    if numbers != sorted(numbers):
        out.append("the clauses are not in the order of their numbers")
    return out


def cell(text):
    return text.replace("|", "\\|")


def page(source):
    """The page as text."""
    counts = {state: sum(c["state"] == state for c in source["clause"]) for state in STATES}
    out = [HEAD]
    out.append(
        f"{len(source['clause'])} clauses: " + ", ".join(f"{counts[s]} {s.replace('_', ' ')}" for s in STATES) + ".\n"
    )
    for part in source["part"]:
        out.append(f"## {part['number']} {part['en']} {part['zh']}\n")
        out.append("| clause | asks | state | by what | missing | tests |\n|---|---|---|---|---|---|")
        for c in source["clause"]:
            if c["number"].split(".")[0] != part["number"]:
                continue
            row = [
                c["number"],
                c["text_en"].rstrip("."),
                c["state"].replace("_", " "),
                c.get("control_en", "").rstrip("."),
                c.get("missing_en", "").rstrip("."),
                ", ".join(f"`{t}`" for t in c["tests"]),
            ]
            out.append("| " + " | ".join(cell(x) for x in row) + " |")
        out.append("")
    return "\n".join(out)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing, say what is wrong")
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).parent.parent)
    options = parser.parse_args()
    source = tomllib.loads((options.root / SOURCE).read_text(encoding="utf-8"))
    wrong = faults(source["clause"], tests_of(options.root))
    text = page(source)
    target = options.root / PAGE
    if not options.check:
        target.write_text(text, encoding="utf-8")
    elif not target.exists() or target.read_text(encoding="utf-8") != text:
        wrong.append(f"{PAGE} is not what {SOURCE} says: run tools/policy_map.py")
    for line in wrong:
        print(f"{SOURCE}: {line}")
    if not wrong:
        print(f"policy map: {len(source['clause'])} clauses, every test named is there")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Runs clang-tidy-19 over the sources of the project, several runs at a time, skipping what passed before.

Nearly all the time of a run goes into the headers of the libraries, so the sources are read in the units that they are
compiled in (CMAKE_UNITY_BUILD). A pass is remembered in build/tidy under a hash of all that can change the answer: the
sources, every header of the project that they reach, the compile command, .clang-tidy and the version of clang-tidy.
Delete the folder to start afresh.
Usage: tools/tidy.py [--build build/dev] [--jobs N] [path...]   (paths: check only the files below them)
"""

import argparse
import concurrent.futures
import dataclasses
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import time

import tree

TIDY = "clang-tidy-19"
CHECKED_FOLDERS = ("src", "tests", "bench", "fuzz")


@dataclasses.dataclass
class Unit:
    """Sources compiled as one and read by one run of clang-tidy."""

    name: str
    files: list
    command: str  # without the precompiled header


class Closure:
    """Hashes sources with every header of the project that they reach."""

    def __init__(self, root):
        self.root = root
        self.reached = {}

    def headers(self, file):
        """The project's files that `file` includes, directly or not, itself among them."""
        found, open_files = {file}, [file]
        while open_files:
            for header in self.direct(open_files.pop()) - found:
                found.add(header)
                open_files.append(header)
        return found

    def direct(self, file):
        if file not in self.reached:
            self.reached[file] = {
                base / name
                for _, name, quoted in tree.includes(file.read_text())
                for base in (self.root / "src", file.parent, self.root)
                if quoted and (base / name).is_file()
            }
        return self.reached[file]

    def digest(self, files, *more):
        total = hashlib.sha256()
        reached = sorted(set().union(*(self.headers(f) for f in files)))
        for part in [*more, *(str(h.relative_to(self.root)) + "\n" + h.read_text() for h in reached)]:
            total.update(part.encode())
            total.update(b"\0")
        return total.hexdigest()


def make_units(build, root, paths):
    """What the build folder compiles, of the project's sources below `paths` (all of them when there are none)."""
    # clang-tidy would walk all that a precompiled header declares.
    pch = r"-Xclang -include-pch -Xclang \S+|-Xclang -include -Xclang \S+|-Winvalid-pch|-Xclang -fno-pch-timestamp"
    below = [root / folder for folder in CHECKED_FOLDERS] if not paths else [path.resolve() for path in paths]
    units = []
    for entry in json.loads((build / "compile_commands.json").read_text()):
        source = pathlib.Path(entry["file"])
        files = [source]
        if source.parent.name == "Unity":
            files = [pathlib.Path(f) for f in re.findall(r'^#include "(/[^"]+)"$', source.read_text(), re.M)]
        files = [f for f in files if any(f.is_relative_to(folder) for folder in below)]
        if files:
            object_file = re.search(r" -o (\S+)", entry["command"])[1]
            name = re.sub(r"CMakeFiles/|\.dir|\.cc\.o$|\.cxx\.o$", "", object_file).replace("/", "_")
            command = re.sub(pch, "", entry["command"]).replace(" -Werror", "")
            units.append(Unit(name, files, command))
    return units


def write_unit(unit, cache, root):
    """The folder of the unit's compile command."""
    folder = cache / "units" / unit.name
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / "unit.cc"
    source.write_text("".join(f'#include "{f}"  // NOLINT\n' for f in unit.files))
    command = re.sub(r" -o \S+ -c \S+$", "", unit.command) + f" -c {source}"
    database = [{"directory": str(root), "file": str(source), "command": command}]
    (folder / "compile_commands.json").write_text(json.dumps(database))
    return folder


def look_at(unit, cache, root):
    """(seconds, complaints), the complaints empty when there are none."""
    started = time.monotonic()
    folder = write_unit(unit, cache, root)
    done = subprocess.run(
        [TIDY, "-p", folder, "--quiet", f"--config-file={root / '.clang-tidy'}", folder / "unit.cc"],
        cwd=root,
        capture_output=True,
        text=True,
    )
    complaints = (done.stdout or "no word of why") if done.returncode != 0 else ""
    return time.monotonic() - started, complaints


def main():
    root = pathlib.Path(__file__).resolve().parent.parent
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, default=root / "build/dev")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("paths", nargs="*", type=pathlib.Path)
    options = parser.parse_args()

    cache = root / "build/tidy"
    passed = cache / "passed"
    passed.mkdir(parents=True, exist_ok=True)
    version = subprocess.run([TIDY, "--version"], capture_output=True, text=True, check=True).stdout
    settings = (root / ".clang-tidy").read_text()

    units = make_units(options.build, root, options.paths)
    closure = Closure(root)
    stamps = {u.name: passed / closure.digest(u.files, version, settings, u.command) for u in units}
    stale = [u for u in units if not stamps[u.name].exists()]
    stale.sort(key=lambda u: -sum(f.stat().st_size for f in u.files))  # the longest first

    started, failed = time.monotonic(), 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        runs = {pool.submit(look_at, u, cache, root): u for u in stale}
        for number, run in enumerate(concurrent.futures.as_completed(runs), 1):
            unit, (seconds, complaints) = runs[run], run.result()
            print(f"[{number}/{len(stale)}] {unit.name}: {len(unit.files)} files, {seconds:.1f} s", flush=True)
            if complaints:
                failed += 1
                print(complaints, flush=True)
            else:
                stamps[unit.name].touch()
    if not options.paths:
        for old in set(passed.iterdir()) - set(stamps.values()):
            old.unlink()
    print(
        f"tidy: {sum(len(u.files) for u in units)} files in {len(units)} units, {len(stale)} looked at in "
        f"{time.monotonic() - started:.0f} s, " + (f"{failed} with complaints" if failed else "nothing to complain of")
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

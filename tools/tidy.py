#!/usr/bin/env python3
"""Runs clang-tidy-19 over the sources of the project, several at a time, skipping those that passed before.

A pass is remembered in build/tidy under a hash of all that can change the answer: the file, every header of the project
that it reaches, its compile command, .clang-tidy and the version of clang-tidy. Delete the folder to start afresh.
Usage: tools/tidy.py [--build build/dev] [--jobs N] [path...]   (paths: check only files below them)
"""

import argparse
import concurrent.futures
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


class Closure:
    """Hashes a source with every header of the project that it reaches."""

    def __init__(self, root):
        self.root = root
        self.reached = {}

    def headers(self, file):
        """Paths of the project's headers that `file` reaches, itself among them."""
        if file not in self.reached:
            self.reached[file] = {file}  # ends the recursion of headers that include each other
            found = {file}
            for _, name, quoted in tree.includes(file.read_text()):
                for base in (self.root / "src", file.parent, self.root):
                    if quoted and (base / name).is_file():
                        found |= self.headers(base / name)
                        break
            self.reached[file] = found
        return self.reached[file]

    def digest(self, file, *more):
        total = hashlib.sha256()
        for part in [*more, *(str(h.relative_to(self.root)) + h.read_text() for h in sorted(self.headers(file)))]:
            total.update(part.encode())
            total.update(b"\0")
        return total.hexdigest()


def compile_commands(build):
    """Source path -> compile command. The precompiled header is left out: clang-tidy is quicker without, since it
    walks everything that such a file declares."""
    commands = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        command = re.sub(r"-Xclang -include-pch -Xclang \S+|-Xclang -include -Xclang \S+|-Winvalid-pch", "", entry["command"])
        commands[pathlib.Path(entry["file"])] = {**entry, "command": command}
    return commands


def tidy(file, database, folder):
    """(seconds, output), the output empty when there is nothing to complain of."""
    started = time.monotonic()
    done = subprocess.run([TIDY, "-p", database, "--quiet", str(file)], cwd=folder, capture_output=True, text=True)
    output = "" if done.returncode == 0 else done.stdout + done.stderr
    return time.monotonic() - started, output


def select(root, commands, paths):
    """Those files of the compile commands that are the project's and below one of `paths` (all, when none)."""
    wanted = []
    for file in sorted(commands):
        if not file.is_relative_to(root) or file.relative_to(root).parts[0] not in CHECKED_FOLDERS:
            continue
        if not paths or any(file.is_relative_to(p.resolve()) for p in paths):
            wanted.append(file)
    return wanted


def main():
    root = pathlib.Path(__file__).resolve().parent.parent
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, default=root / "build/dev")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("paths", nargs="*", type=pathlib.Path)
    options = parser.parse_args()

    commands = compile_commands(options.build)
    cache = root / "build/tidy"
    cache.mkdir(parents=True, exist_ok=True)
    (cache / "compile_commands.json").write_text(json.dumps(list(commands.values())))
    version = subprocess.run([TIDY, "--version"], capture_output=True, text=True, check=True).stdout
    settings = (root / ".clang-tidy").read_text()

    closure = Closure(root)
    files = select(root, commands, options.paths)
    stamps = {f: cache / closure.digest(f, version, settings, commands[f]["command"]) for f in files}
    stale = [f for f in files if not stamps[f].exists()]
    started = time.monotonic()
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        runs = {pool.submit(tidy, f, cache, root): f for f in stale}
        for number, run in enumerate(concurrent.futures.as_completed(runs), 1):
            file, (seconds, output) = runs[run], run.result()
            print(f"[{number}/{len(stale)}] {file.relative_to(root)} {seconds:.1f} s", flush=True)
            if output:
                failed += 1
                print(output, flush=True)
            else:
                stamps[file].touch()
    for old in set(cache.iterdir()) - set(stamps.values()) - {cache / "compile_commands.json"}:
        if not options.paths:
            old.unlink()
    print(
        f"tidy: {len(files)} files, {len(stale)} looked at in {time.monotonic() - started:.0f} s, "
        + (f"{failed} with complaints" if failed else "nothing to complain of")
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

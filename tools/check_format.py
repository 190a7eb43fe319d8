#!/usr/bin/env python3
"""Checks that every C++ file is formatted as clang-format-19 would; with --fix, formats them.

Usage: tools/check_format.py [--fix] [root]
"""

import argparse
import concurrent.futures
import os
import pathlib
import subprocess
import sys

import tree

FORMATTER = "clang-format-19"
FILES_A_RUN = 16


def run(root, files, fix):
    """The output of the formatter where a file is not formatted, else an empty text."""
    mode = ["-i"] if fix else ["--dry-run", "--Werror"]
    done = subprocess.run([FORMATTER, *mode, *files], cwd=root, capture_output=True, text=True)
    return "" if done.returncode == 0 else done.stderr


def check(root, fix=False):
    """The formatter's complaints about the tree at `root`."""
    files = tree.cpp_files(root)
    runs = [files[i : i + FILES_A_RUN] for i in range(0, len(files), FILES_A_RUN)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return "".join(pool.map(lambda group: run(root, group, fix), runs))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fix", action="store_true")
    parser.add_argument("root", nargs="?", type=pathlib.Path, default=pathlib.Path(__file__).parent.parent)
    options = parser.parse_args()
    try:
        complaints = check(options.root.resolve(), options.fix)
    except FileNotFoundError:
        print(f"{FORMATTER} is missing: tools/setup.sh test")
        return 1
    print(complaints + "format: run `make format`" if complaints else "format: as clang-format would")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())

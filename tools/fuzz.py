#!/usr/bin/env python3
"""Lets every fuzzer of a build explore and prints what each did. Usage: tools/fuzz.py [--build build/fuzz]
[--seconds 60] [--jobs N] [name...]

Seeds are read from fuzz/corpus/<name>; what a run discovers is kept in <build>/found/<name> and is the next run's start.
Exits 1 when an input breaks something; its file is named.
"""

import argparse
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys


def explore(program, root, build, seconds):
    """(name, executions, edges covered, seeds and finds, what broke or None) of one fuzzer."""
    name = program.name.removesuffix("_fuzzer")
    found = build / "found" / name
    found.mkdir(parents=True, exist_ok=True)
    command = [
        program,
        f"-max_total_time={seconds}",
        f"-artifact_prefix={found}/../{name}-",
        "-print_final_stats=1",
        "-rss_limit_mb=2048",
        "-timeout=10",
    ]
    dictionary, seeds = root / f"fuzz/{name}.dict", root / f"fuzz/corpus/{name}"
    command += [f"-dict={dictionary}"] if dictionary.exists() else []
    command += [found] + ([seeds] if seeds.exists() else [])
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, errors="replace")
    log = done.stderr
    executions = re.search(r"stat::number_of_executed_units:\s*(\d+)", log)
    coverage = re.findall(r"\bcov: (\d+)", log)
    corpus = re.findall(r"\bcorp: (\d+)", log)
    broken = None if done.returncode == 0 else "\n".join(log.splitlines()[-40:])
    return (
        name,
        int(executions.group(1)) if executions else 0,
        int(coverage[-1]) if coverage else 0,
        int(corpus[-1]) if corpus else 0,
        broken,
    )


def main():
    root = pathlib.Path(__file__).resolve().parent.parent
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, default=root / "build/fuzz")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    build = options.build.resolve()
    programs = [p for p in sorted((build / "fuzz").glob("*_fuzzer")) if os.access(p, os.X_OK)]
    if options.names:
        programs = [p for p in programs if p.name.removesuffix("_fuzzer") in options.names]
    if not programs:
        print("fuzz: no such fuzzer was built")
        return 1

    print(f"{'fuzzer':<24} {'executions':>12} {'edges':>7} {'inputs':>7}")
    broken = []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for result in pool.map(lambda p: explore(p, root, build, options.seconds), programs):
            name, executions, edges, inputs, log = result
            print(f"{name:<24} {executions:>12,} {edges:>7,} {inputs:>7,}{'  BROKEN' if log else ''}", flush=True)
            if log:
                broken.append(f"== {name}\n{log}")
    print("\n".join(broken), end="\n" if broken else "")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())

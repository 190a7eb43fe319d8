#!/usr/bin/env python3
"""Runs the benchmarks, prints a table and writes build/bench/results.json.

The file is a list of {name, value, unit, store, peer, peer_value, ratio}. A run of some benchmarks only (--only) keeps
the other figures of the file. Usage: bench/run.py [--build build/release] [--out FILE] [--list FILE] [--only WORD]
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tomllib

FIELDS = ("name", "value", "unit", "store", "peer", "peer_value", "ratio")
ROOT = pathlib.Path(__file__).resolve().parent.parent


class Broken(Exception):
    """A benchmark that did not give its figures."""


def complete(figure):
    """The figure with every field of the list, those unknown being null."""
    for field in ("name", "value", "unit"):
        if figure.get(field) is None:
            raise Broken(f"a figure without {field}: {figure}")
    unknown = set(figure) - set(FIELDS)
    if unknown:
        raise Broken(f"a figure with unknown fields {sorted(unknown)}: {figure}")
    out = {field: figure.get(field) for field in FIELDS}
    if out["ratio"] is None and out["peer_value"]:
        out["ratio"] = round(out["value"] / out["peer_value"], 3)
    return out


def parse_google(text):
    """Figures of a Google Benchmark program: its rate where it counts something, else its time."""
    figures = []
    for entry in json.loads(text)["benchmarks"]:
        if entry.get("run_type") == "aggregate":
            continue
        if entry.get("error_occurred"):
            raise Broken(f"{entry['name']}: {entry.get('error_message')}")
        value, unit = entry["real_time"], entry["time_unit"]
        for counter, counted in (("items_per_second", "items/s"), ("bytes_per_second", "bytes/s")):
            if counter in entry:
                value, unit = entry[counter], counted
                break
        figures.append(complete({"name": entry["name"], "value": float(f"{value:.4g}"), "unit": unit}))
    return figures


def run_google(program):
    done = subprocess.run([program, "--benchmark_format=json"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise Broken(f"exit code {done.returncode}")
    return parse_google(done.stdout)


def run_lines(command, postgres):
    if not pathlib.Path(command[0]).exists():
        raise Broken(f"{command[0]} is not built")
    wrapper = [ROOT / "tools/with_postgres"] if postgres else []
    figures = []
    with subprocess.Popen([*wrapper, *command], cwd=ROOT, stdout=subprocess.PIPE, text=True) as run:
        for line in run.stdout:
            if line.startswith("{"):
                figures.append(complete(json.loads(line)))
            else:
                print(line, end="", flush=True)
    if run.returncode != 0:
        raise Broken(f"exit code {run.returncode}")
    return figures


def all_benchmarks(build, registry):
    """(name, function giving its figures), the small ones first."""
    for program in sorted((build / "bench").glob("*_bench")):
        if os.access(program, os.X_OK):
            yield program.name, lambda p=program: run_google(p)
    for entry in tomllib.loads(registry.read_text()).get("benchmark", []):
        command = [word.replace("{build}", str(build)) for word in entry["command"]]
        yield entry["name"], lambda c=command, e=entry: run_lines(c, e.get("postgres", False))


def merge(old, new):
    """The new figures, and those of the old that were not measured again."""

    def key(figure):
        return figure["name"], figure["store"], figure["peer"]

    measured = {key(f) for f in new}
    return [f for f in old if key(f) not in measured] + new


def show(figures):
    def number(value):
        return "" if value is None else f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"

    rows = [("benchmark", "store", "value", "unit", "peer", "peer value", "ratio")]
    for f in figures:
        store, peer = f["store"] or "", f["peer"] or ""
        rows.append((f["name"], store, number(f["value"]), f["unit"], peer, number(f["peer_value"]), number(f["ratio"])))
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        cells = [c.rjust(w) if i in (2, 5, 6) else c.ljust(w) for i, (c, w) in enumerate(zip(row, widths))]
        print("  ".join(cells).rstrip())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/release")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "build/bench/results.json")
    parser.add_argument("--list", type=pathlib.Path, default=ROOT / "bench/benchmarks.toml")
    parser.add_argument("--only", help="run the benchmarks whose name holds this word")
    options = parser.parse_args()

    figures, broken = [], []
    for name, run in all_benchmarks(options.build.resolve(), options.list):
        if options.only and options.only not in name:
            continue
        print(f"bench: {name}", flush=True)
        try:
            figures += run()
        except (Broken, OSError, ValueError, KeyError) as problem:
            broken.append(f"bench: {name}: {problem}")
    kept = json.loads(options.out.read_text()) if options.only and options.out.exists() else []
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(merge(kept, figures), indent=2, ensure_ascii=False) + "\n")
    show(figures)
    print("\n".join(broken), end="\n" if broken else "")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""How the figures of the whole system grow: a campaign, a freeze and an import of more and more people, each in a fresh
store. The names of the figures end in the size. One JSON object a line, as bench/run.py reads it.

Usage: bench/growth.py --bench build/release/yizhan-bench [--largest 10000000]
"""

import argparse
import json
import subprocess
import sys

SMALLEST = 10_000
GROWING = ("campaign_send", "campaign_send_processor", "audience_freeze_seconds", "customer_import", "peak_rss")


def measure(bench, size):
    done = subprocess.run([bench, "--messages", str(size), "--rows", str(size)], stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise SystemExit(f"growth: {bench} of {size:,}: exit code {done.returncode}")
    for line in done.stdout.splitlines():
        figure = json.loads(line)
        if figure["name"] in GROWING:
            figure["name"] = f"{figure['name']}/{size}"
            print(json.dumps(figure), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bench", required=True)
    parser.add_argument("--largest", type=int, default=1_000_000)
    options = parser.parse_args()
    size = SMALLEST
    while size <= options.largest:
        measure(options.bench, size)
        size *= 10
    return 0


if __name__ == "__main__":
    sys.exit(main())

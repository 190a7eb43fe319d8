#!/usr/bin/env python3
"""Runs the benchmark runner on commands that only pretend to measure."""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
GOOGLE = {
    "benchmarks": [
        {"name": "BM_rate", "real_time": 5.0, "time_unit": "ns", "items_per_second": 123456.0},
        {"name": "BM_time", "real_time": 7.125, "time_unit": "us"},
        {"name": "BM_time_mean", "run_type": "aggregate", "real_time": 7.0, "time_unit": "us"},
    ]
}


class Run(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.build = pathlib.Path(holder.name)
        self.out = self.build / "out/results.json"
        (self.build / "bench").mkdir()

    def program(self, path, text):
        (self.build / path).write_text("#!/bin/sh\ncat <<'E'\n" + text + "\nE\n")
        (self.build / path).chmod(0o755)

    def run_all(self, *entries, only=None):
        registry = self.build / "list.toml"
        registry.write_text("".join(f'[[benchmark]]\nname = "{n}"\ncommand = ["{{build}}/{c}"]\n' for n, c in entries))
        command = [sys.executable, HERE / "run.py", "--build", self.build, "--out", self.out, "--list", registry]
        done = subprocess.run([*command, *(["--only", only] if only else [])], capture_output=True, text=True)
        return done.returncode, done.stdout

    def results(self):
        return json.loads(self.out.read_text())

    def test_both_kinds_give_one_list(self):
        self.program("bench/a_bench", json.dumps(GOOGLE))
        self.program("system", '{"name": "send", "value": 90, "unit": "m/s", "store": "sqlite", "peer": "x", "peer_value": 30}\nhello')
        code, screen = self.run_all(("system", "system"))
        self.assertEqual(code, 0, screen)
        self.assertIn("hello", screen)
        none = {"store": None, "peer": None, "peer_value": None, "ratio": None}
        self.assertEqual(
            self.results(),
            [
                {"name": "BM_rate", "value": 123500.0, "unit": "items/s", **none},
                {"name": "BM_time", "value": 7.125, "unit": "us", **none},
                {"name": "send", "value": 90, "unit": "m/s", "store": "sqlite", "peer": "x", "peer_value": 30, "ratio": 3.0},
            ],
        )

    def test_a_part_keeps_the_other_figures(self):
        self.program("one", '{"name": "one", "value": 1, "unit": "s"}')
        self.program("two", '{"name": "two", "value": 2, "unit": "s"}')
        entries = ("first", "one"), ("second", "two")
        self.assertEqual(self.run_all(*entries)[0], 0)
        self.program("two", '{"name": "two", "value": 3, "unit": "s"}')
        self.assertEqual(self.run_all(*entries, only="second")[0], 0)
        self.assertEqual([(f["name"], f["value"]) for f in self.results()], [("one", 1), ("two", 3)])

    def test_what_is_broken_is_named_and_the_rest_kept(self):
        self.program("one", '{"name": "one", "value": 1, "unit": "s"}')
        self.program("two", '{"name": "two", "value": 1}')
        code, screen = self.run_all(("gone", "missing"), ("second", "two"), ("first", "one"))
        self.assertEqual(code, 1)
        self.assertIn("bench: gone:", screen)
        self.assertIn("bench: second: a figure without unit", screen)
        self.assertEqual([f["name"] for f in self.results()], ["one"])


if __name__ == "__main__":
    unittest.main()

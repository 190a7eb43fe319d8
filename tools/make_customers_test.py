#!/usr/bin/env python3
"""The customer lists in examples/ are what the generator writes, and hold what is said of them."""

import csv
import io
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"


def generate(*arguments):
    """(bytes of the file, text of the counts) that the generator writes."""
    with tempfile.TemporaryDirectory() as folder:
        out, counts = pathlib.Path(folder, "out.csv"), pathlib.Path(folder, "counts.json")
        command = [sys.executable, ROOT / "tools/make_customers.py", "--out", out, "--expected", counts, *arguments]
        subprocess.run(command, check=True)
        return out.read_bytes(), counts.read_text()


class Customers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.text = (EXAMPLES / "customers.csv").read_text()
        cls.rows = list(csv.reader(io.StringIO(cls.text)))
        cls.counts = json.loads((EXAMPLES / "customers.expected.json").read_text())

    def test_the_files_are_what_the_generator_writes(self):
        data, counts = generate()
        self.assertEqual(data, (EXAMPLES / "customers.csv").read_bytes())
        self.assertEqual(counts, (EXAMPLES / "customers.expected.json").read_text())
        data, counts = generate("--rows", "50", "--encoding", "gbk")
        self.assertEqual(data, (EXAMPLES / "customers-gbk.csv").read_bytes())
        self.assertEqual(counts, (EXAMPLES / "customers-gbk.expected.json").read_text())

    def test_another_seed_gives_another_file(self):
        self.assertNotEqual(generate("--rows", "100")[0], generate("--rows", "100", "--seed", "2")[0])

    def test_the_counts_sum(self):
        c = self.counts
        self.assertEqual(len(self.rows) - 1, c["rows"])
        self.assertEqual(self.text.count("\n"), c["lines"])
        self.assertEqual(c["refused"]["total"] + c["duplicates"] + c["customers"], c["rows"])
        self.assertEqual(sum(c["refused"].values()), 2 * c["refused"]["total"])
        self.assertEqual(sum(c["marketing_consent"].values()), c["customers"])
        self.assertEqual(sum(c["regions"].values()), c["customers"])

    def test_the_counts_are_of_this_file(self):
        header, *rows = self.rows
        self.assertEqual(header, list(self.counts["columns"]))
        refused = self.counts["refused"]
        wide = [r for r in rows if len(r) > len(header)]
        self.assertEqual(len(wide), refused["too_many_columns"])
        fields = [dict(zip(header, r)) for r in rows]
        self.assertEqual(sum(not f["手机号"] for f in fields), refused["missing_number"])
        self.assertEqual(sum(f["营销同意"] == "已撤回" for f in fields), self.counts["marketing_consent"]["withdrawn"])
        timeless = sum(f["营销同意"] == "是" and not f["同意时间"] for f in fields)
        self.assertEqual(timeless, refused["consent_without_time"])

    def test_duplicates_are_the_repeated_numbers(self):
        numbers = []
        for row in self.rows[1:]:
            digits = "".join(str(int(c)) for c in row[0] if c.isdecimal())
            for code in ("0086", "86"):
                digits = digits.removeprefix(code) if len(digits) > 11 else digits
            numbers.append(digits)
        whole = [n for n in numbers if len(n) == 11 and n[:3] not in ("123", "194")]
        self.assertEqual(len(whole) - len(set(whole)), self.counts["duplicates"])


if __name__ == "__main__":
    unittest.main()

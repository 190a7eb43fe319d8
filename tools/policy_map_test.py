#!/usr/bin/env python3
"""Feeds policy_map wrong files and sees that it says so."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import policy_map

CLAUSE = """
[[clause]]
number = "{number}"
text_zh = "甲"
text_en = "It holds."
state = "{state}"
control_zh = "乙"
control_en = "A gate | a table."
tests = {tests}
figures = []
"""


class PolicyMap(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.folder.name)
        for folder in ("rules", "docs/policy", "src/a", "tests/e2e"):
            (self.root / folder).mkdir(parents=True)
        (self.root / "src/a/a_test.cc").write_text('TEST(Gate, Holds) {}\n// TEST(Gate, Dreamt)\nTEST_P(Store,\n  Keeps) {}\n')
        (self.root / "tests/e2e/demo_test.py").write_text("")
        self.write(CLAUSE.format(number="1.1", state="enforced", tests='["Gate.Holds", "Store.*", "e2e.demo"]'))
        self.assertEqual(self.run_tool()[0], 0)

    def tearDown(self):
        self.folder.cleanup()

    def write(self, clauses):
        part = '[[part]]\nnumber = "1"\nzh = "总则"\nen = "General"\n'
        (self.root / policy_map.SOURCE).write_text(part + clauses, encoding="utf-8")

    def run_tool(self, *arguments):
        done = subprocess.run(
            [sys.executable, policy_map.__file__, "--root", str(self.root), *arguments], capture_output=True, text=True
        )
        return done.returncode, done.stdout + done.stderr

    def refused(self, clauses, why):
        self.write(clauses)
        self.run_tool()
        code, out = self.run_tool("--check")
        self.assertEqual(code, 1)
        self.assertIn(why, out)

    def test_a_right_one_passes(self):
        self.assertEqual(self.run_tool("--check")[0], 0)
        text = (self.root / policy_map.PAGE).read_text(encoding="utf-8")
        self.assertIn("| 1.1 | It holds | enforced | A gate \\| a table |  | `Gate.Holds`, `Store.*`, `e2e.demo` |", text)
        self.assertIn("1 clauses: 1 enforced", text)

    def test_a_page_that_is_behind(self):
        self.write(CLAUSE.format(number="1.1", state="partly", tests='["Gate.Holds"]'))
        code, out = self.run_tool("--check")
        self.assertEqual(code, 1)
        self.assertIn("run tools/policy_map.py", out)

    def test_tests_that_are_not_there(self):
        for name in ("Gate.Dreamt", "Gate.Gone", "Wall.*", "e2e.gone"):
            self.refused(CLAUSE.format(number="1.1", state="enforced", tests=f'["{name}"]'), f"no test {name}")

    def test_a_number_twice_and_out_of_order(self):
        one = CLAUSE.format(number="1.1", state="enforced", tests="[]")
        self.refused(one + one, "clause 1.1 stands twice")
        ten = CLAUSE.format(number="1.10", state="enforced", tests="[]")
        self.refused(ten + CLAUSE.format(number="1.9", state="enforced", tests="[]"), "not in the order")

    def test_a_state_that_is_none(self):
        self.refused(CLAUSE.format(number="1.1", state="perhaps", tests="[]"), "state is none of")


if __name__ == "__main__":
    unittest.main()

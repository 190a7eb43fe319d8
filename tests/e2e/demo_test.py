"""The whole road of one campaign through the built program: what `make demo` does, on a folder of its own."""

import os
import re
import subprocess
import tempfile
import unittest


class Demo(unittest.TestCase):
    def test_every_check_holds(self):
        with tempfile.TemporaryDirectory() as folder:
            run = subprocess.run([os.environ["YIZHAN_BINARY"], "demo", "--data-dir", os.path.join(folder, "data")],
                                 capture_output=True, text=True, timeout=600, check=False)
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        found = re.search(r"(\d+) of (\d+) checks hold", run.stdout)
        self.assertIsNotNone(found, run.stdout)
        self.assertEqual(found.group(1), found.group(2))
        self.assertGreaterEqual(int(found.group(2)), 20)


if __name__ == "__main__":
    unittest.main()

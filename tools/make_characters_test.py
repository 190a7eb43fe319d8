#!/usr/bin/env python3
"""Tests of make_characters.py and of the table that it made."""

import importlib.util
import pathlib
import unittest

HERE = pathlib.Path(__file__).resolve().parent
spec = importlib.util.spec_from_file_location("make_characters", HERE / "make_characters.py")
make_characters = importlib.util.module_from_spec(spec)
spec.loader.exec_module(make_characters)


class Characters(unittest.TestCase):
    def test_readings_without_tone(self):
        for latin, expected in (("zh\u014dng", "zhong"), ("l\u01dc", "lv"), ("n\u01da er", "nv"), ("\u4e2d", ""), ("", "")):
            self.assertEqual(make_characters.reading(latin), expected)

    def test_the_table_is_whole(self):
        lines = [line for line in make_characters.OUT.read_text(encoding="utf-8").splitlines()
                 if not line.startswith("#")]
        characters = {line.split("\t")[0] for line in lines}
        self.assertEqual((len(lines), len(characters)), (make_characters.COUNT, make_characters.COUNT))
        self.assertEqual(sum(1 for c in characters if ord(c) > 0xFFFF), 196)


if __name__ == "__main__":
    unittest.main()

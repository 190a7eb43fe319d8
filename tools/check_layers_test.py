#!/usr/bin/env python3
"""Feeds check_layers wrong trees and sees that it says so."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import check_layers


class Tree(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.root = pathlib.Path(holder.name)
        for folder, lists in {"base": "", "net": "DEPENDS base", "store": "DEPENDS base TEST_DEPENDS net"}.items():
            self.write(f"src/{folder}/CMakeLists.txt", f"yizhan_module({folder} {lists} LIBS fmt::fmt)\n")
            self.write(f"src/{folder}/README.md", "What it is for.\n")
            self.write(f"src/{folder}/a.cc", '#include "base/x.h"\n')
        self.write("src/base/x.h", "#pragma once\n")

    def write(self, path, text):
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text)

    def assert_problem(self, *words):
        problems = check_layers.check(self.root)
        self.assertEqual(len(problems), 1, problems)
        for word in words:
            self.assertIn(word, problems[0])

    def test_a_right_tree_passes(self):
        self.assertEqual(check_layers.check(self.root), [])

    def test_an_arrow_that_is_not_listed(self):
        self.write("src/base/a.cc", '\n#include "net/a.h"\n')
        self.assert_problem("src/base/a.cc:2", "net is not in its DEPENDS")

    def test_a_test_may_use_its_own_list(self):
        self.write("src/store/a_test.cc", '#include "net/a.h"\n')
        self.assertEqual(check_layers.check(self.root), [])

    def test_code_may_not_use_the_list_of_tests(self):
        self.write("src/store/b.cc", '#include "net/a.h"\n')
        self.assert_problem("src/store/b.cc:1")

    def test_a_cycle_of_lists(self):
        self.write("src/base/CMakeLists.txt", "yizhan_module(base DEPENDS store)\n")
        self.assert_problem("cycle", "base -> store -> base")

    def test_an_unknown_folder_in_a_list(self):
        self.write("src/net/CMakeLists.txt", "yizhan_module(net DEPENDS base nte)\n")
        self.assert_problem("nte is no folder")

    def test_a_database_header_outside_db(self):
        for header in ("sqlite3.h", "libpq-fe.h", "postgresql/libpq-fe.h"):
            self.write("src/store/b.cc", f"#include <{header}>\n")
            self.assert_problem("src/store/b.cc:1", header)

    def test_asio_outside_its_folders(self):
        self.write("src/net/b.cc", "#include <boost/asio/io_context.hpp>\n")
        self.assertEqual(check_layers.check(self.root), [])
        self.write("src/store/b.cc", "#include <boost/beast/http.hpp>\n")
        self.assert_problem("boost/beast")

    def test_a_coroutine_spawned_elsewhere(self):
        self.write("src/store/b.cc", "// co_spawn in a comment is fine\nvoid f() { co_spawn(x); }\n")
        self.assert_problem("src/store/b.cc:2", "spawns a coroutine")

    def test_a_clock_in_a_pure_folder(self):
        self.write("src/codec/CMakeLists.txt", "yizhan_module(codec DEPENDS base)\n")
        self.write("src/codec/README.md", "Pure.\n")
        self.write("src/codec/a.cc", "auto now = std::chrono::steady_clock::now();\n")
        self.assert_problem("codec must not see a clock")

    def test_the_wall_clock_outside_base(self):
        self.write("src/net/b.cc", "auto now = std::chrono::system_clock::now();\n")
        self.assert_problem("take a Clock")

    def test_a_folder_without_readme(self):
        (self.root / "src/net/README.md").unlink()
        self.assert_problem("src/net", "README.md")

    def test_a_placeholder_left_behind(self):
        self.write("src/net/placeholder.cc", "")
        self.assert_problem("placeholder.cc")

    def test_a_folder_that_is_no_target(self):
        self.write("src/extra/a.cc", "")
        self.assert_problem("src/extra/a.cc")


if __name__ == "__main__":
    unittest.main()

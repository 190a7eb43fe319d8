#!/usr/bin/env python3
"""Feeds check_style wrong files and sees that it says so."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import check_style
import tree

LONG_BODY = "  work();\n" * 69


class Style(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.root = pathlib.Path(holder.name)
        self.write("src/base/limits.h", "#pragma once\n// Limits.\ninline constexpr size_t kRows = 5;\n")
        self.write("src/base/a.cc", "size_t rows() { return limits::kRows; }\n")

    def write(self, path, text):
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text)

    def assert_problem(self, *words):
        problems = check_style.check(self.root)
        self.assertEqual(len(problems), 1, problems)
        for word in words:
            self.assertIn(word, problems[0])

    def test_a_right_tree_passes(self):
        self.assertEqual(check_style.check(self.root), [])

    def test_headers(self):
        self.write("src/base/b.h", "// Purpose first.\n#pragma once\n")
        self.assert_problem("src/base/b.h:1", "#pragma once")
        self.write("src/base/b.h", "#pragma once\n\n#include <vector>\n")
        self.assert_problem("src/base/b.h:2", "purpose")

    def test_a_long_function(self):
        self.write("src/base/b.cc", "namespace y {\nint f(int a) {\n" + LONG_BODY + "}\n}\n")
        self.assert_problem("src/base/b.cc:2", "71 lines")

    def test_a_function_of_seventy_lines(self):
        self.write("src/base/b.cc", "int f(int a) {\n" + LONG_BODY[10:] + "}\n")
        self.assertEqual(check_style.check(self.root), [])

    def test_a_long_constructor_with_braces_in_its_list(self):
        self.write("src/base/b.cc", "A::A(int a) : a_{a}, b_{f(a)} {\n" + LONG_BODY + "}\n")
        self.assert_problem("src/base/b.cc:1", "71 lines")

    def test_a_long_method_with_qualifiers(self):
        self.write("src/base/b.cc", "class [[nodiscard]] A {\n  auto f() const noexcept -> int {\n" + LONG_BODY + "  }\n};\n")
        self.assert_problem("src/base/b.cc:2", "71 lines")

    def test_a_long_lambda_counts_for_its_function(self):
        self.write("src/base/b.cc", "void f() {\n  auto g = [](int) {\n" + LONG_BODY + "  };\n}\n")
        self.assert_problem("src/base/b.cc:1", "73 lines")

    def test_a_long_class_and_a_long_table_are_no_functions(self):
        self.write("src/base/b.cc", "struct A {\n" + "  int f() { return 1; }\n" * 80 + "};\n")
        self.write("src/base/c.cc", "constexpr auto kTable = std::to_array<Row>({\n" + "  {1, f(2)},\n" * 80 + "});\n")
        self.assertEqual(check_style.check(self.root), [])

    def test_braces_in_text_do_not_count(self):
        self.write("src/base/b.cc", 'void f() { g("{{{", \'{\', R"({{)"); }  // {{\n' + "int a = 1'000;\n" * 80)
        self.assertEqual(check_style.check(self.root), [])
        counted = list(check_style.functions(tree.blank((self.root / "src/base/b.cc").read_text())))
        self.assertEqual(counted, [(1, 1)])

    def test_a_test_that_sleeps(self):
        self.write("src/base/b_test.cc", "TEST(A, B) { std::this_thread::sleep_for(1s); }\n")
        self.assert_problem("src/base/b_test.cc:1", "sleeps")

    def test_a_limit_that_limits_nothing(self):
        self.write("src/base/a.cc", "\n")
        self.assert_problem("kRows limits nothing")
        self.assertEqual(check_style.check(self.root, unused_limits=False), [])

    def test_a_limit_elsewhere(self):
        self.write("src/base/b.cc", "constexpr size_t kMaxRows = 500;\n")
        self.assert_problem("src/base/b.cc:1", "base/limits.h")
        self.write("src/base/b.cc", "// On the wire: SMPP 3.4, 4.4.1.\nconstexpr size_t kMaxRows = 500;\n")
        self.assertEqual(check_style.check(self.root), [])

    def test_a_limit_without_a_name(self):
        self.write("src/base/b.cc", "bool f() { return rows.size() > 1'000; }\n")
        self.assert_problem("without a name")

    def test_calls_that_threads_cannot_share(self):
        self.write("src/base/b.cc", "auto t = std::localtime(&now); auto u = date.gmtime(x);\n")
        self.assert_problem("localtime")

    def test_open_work(self):
        self.write("docs/a.md", "Fine.\n\nTODO more\n")
        self.assert_problem("docs/a.md:3", "TODO")

    def test_registries(self):
        self.write("web/package-lock.json", '"resolved": "https://registry.npmjs.org/x"\n')
        self.assert_problem("omit-lockfile-registry-resolved")

    def test_paths_of_machines(self):
        for path in ("/home/ann/yizhan", "/root/x", "/Users/ann/x", "/work/main"):
            self.write("docs/a.md", f"Look in {path}\n")
            self.assert_problem("docs/a.md:1", "somebody's machine")
        self.write("docs/a.md", "GET /api/home/x and ~/work/x and ${build}/root/x\n")
        self.assertEqual(check_style.check(self.root), [])

    def test_built_and_binary_files_are_left_alone(self):
        self.write("build/a.md", "TODO\n")
        (self.root / "a.bin").write_bytes(b"\xff\xfeTODO")
        self.assertEqual(check_style.check(self.root), [])


if __name__ == "__main__":
    unittest.main()

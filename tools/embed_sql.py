#!/usr/bin/env python3
"""Compiles a folder's SQL files into C++ constants (see cmake/embed_sql.cmake).

    embed_sql.py --queries FOLDER --migrations FOLDER --namespace NS --include queries.h --out FOLDER

queries/*.sql: named statements, PostgreSQL's spelling of placeholders, shared by both dialects.

    -- name: customer_by_index
    SELECT id FROM customer WHERE number_index = $1
    -- name: outbox_insert :rows(message_id bigint, body blob)      a bulk statement: :rows AS r is its batch
    INSERT INTO outbox(message_id, body) SELECT r.message_id, r.body FROM :rows AS r
    -- name: outbox_insert :sqlite                                  another text for one dialect
    ...
    -- name: outbox_delete :sqlite :runs                            the same for many rows at once, see below
    ...

Column types of :rows: bigint (or integer), text, blob, real. r.ord is the row's index in the batch, from 0.
In the text for one dialect of a bulk statement $n is its nth column ($n+1 the index): an array for
PostgreSQL, a value for SQLite, which runs the statement row by row. For SQLite a FROM or USING that is
nothing but :rows AS r disappears and r.x becomes a parameter; DELETE ... USING :rows AS r WHERE therefore
works in both dialects. So does SELECT ... FROM :rows AS r JOIN t ON ..., whose condition becomes one of WHERE. Row by
row is the same as all at once only if no two rows of a batch have one key. An INSERT without RETURNING and a SELECT that
begin with the batch (FROM :rows AS r [[LEFT] JOIN ...]) have a second text, which SQLite runs once for a batch of some
rows (src/db/detail/sqlite_batch.h).
A text with :runs is executed once for rows that follow one another and differ only in their first column, an integer that
goes up by one: $n+2 is that column's last value, the others (and the index, $n+1) are the first row's.

migrations/NNNN_name.sql: BIGINT and INTEGER are 64-bit in both dialects, BLOB is BYTEA and REAL is DOUBLE
PRECISION for PostgreSQL, table suffixes STRICT and WITHOUT ROWID are SQLite's only. Lines between
"-- only: sqlite" (or postgres) and "-- end" belong to one dialect.

Any mistake ends the run with file:line and status 1.
"""

import argparse
import hashlib
import os
import re
import sys

DIALECTS = ("sqlite", "postgres")
TYPES = {"bigint": ("i", "bigint"), "integer": ("i", "bigint"), "text": ("t", "text"), "blob": ("b", "bytea"),
         "real": ("r", "float8")}
BATCH_COLUMNS = 32  # as many as bulk_rows() has, see src/db/detail/sqlite_batch.h
RESERVED = set("""
and asm auto bool break case catch char class const continue default delete do double else enum
explicit export extern false float for friend goto if inline int long mutable namespace new not
operator or private protected public register requires return short signed sizeof static struct
switch template this throw true try typedef typename union unsigned using virtual void volatile
while xor all
""".split())
TOKEN = re.compile(r"""
    (?P<comment>--[^\n]*|/\*.*?\*/) | (?P<string>'(?:[^']|'')*') | (?P<quoted>"(?:[^"]|"")*")
  | (?P<placeholder>\$\d+) | (?P<rows>:rows\b) | (?P<number>\d+(?:\.\d+)?) | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<space>\s+) | (?P<other>::|.)""", re.VERBOSE | re.DOTALL)


class Mistake(Exception):
    def __init__(self, path, line, text):
        super().__init__(f"{path}:{line}: error: {text}")


def tokens(text):
    """(kind, text) pairs without comments; each run of white space is one space or newline."""
    out = []
    for match in TOKEN.finditer(text):
        kind, value = match.lastgroup, match.group()
        if kind in ("comment", "space"):
            value = "\n" if kind == "space" and "\n" in value else " "
            if out and out[-1][0] == "space":
                if value == "\n":
                    out[-1] = ("space", "\n")
                continue
            kind = "space"
        out.append((kind, value))
    while out and (out[-1][0] == "space" or out[-1][1] == ";"):
        out.pop()
    while out and out[0][0] == "space":
        out.pop(0)
    return out


def words(items):
    """The tokens that are not white space, words in capitals, for matching."""
    return [value.upper() if kind == "word" else value for kind, value in items if kind != "space"]


def joined(items):
    return "".join(value for _, value in items)


class Statement:
    """One text of a named statement."""

    def __init__(self, path, line, name, dialect, columns, runs):
        self.path, self.line, self.name, self.dialect, self.columns = path, line, name, dialect, columns
        self.runs = runs
        self.source = []

    def mistake(self, text):
        return Mistake(self.path, self.line, f"{self.name}: {text}")

    def parse(self):
        self.items = tokens("\n".join(self.source))
        if not self.items:
            raise self.mistake("no statement")
        if any(kind == "other" and value == ";" for kind, value in self.items):
            raise self.mistake("more than one statement")
        if any(kind == "other" and value in ("'", '"') for kind, value in self.items):
            raise self.mistake("a quote is not closed")
        numbers = {int(value[1:]) for kind, value in self.items if kind == "placeholder"}
        uses_rows = any(kind == "rows" for kind, _ in self.items)
        if self.columns is None:
            if uses_rows:
                raise self.mistake(":rows in the text but not declared after the name")
            if self.dialect is None and numbers != set(range(1, len(numbers) + 1)):
                raise self.mistake("placeholders are not $1, $2, ... without gaps")
        elif self.dialect is None:
            if numbers:
                raise self.mistake("placeholders beside :rows")
            if not uses_rows:
                raise self.mistake(":rows is declared but not used")
        if uses_rows:
            self.alias = self.find_alias()

    def find_alias(self):
        """The one name that follows each ":rows AS"."""
        solid = [item for item in self.items if item[0] != "space"]
        aliases = set()
        for i, (kind, _) in enumerate(solid):
            if kind != "rows":
                continue
            after = solid[i + 1:i + 3]
            if len(after) < 2 or after[0][1].upper() != "AS" or after[1][0] != "word":
                raise self.mistake('":rows" is to be followed by "AS name"')
            aliases.add(after[1][1])
        if len(aliases) != 1:
            raise self.mistake(":rows with more than one alias")
        alias = aliases.pop()
        known = {name for name, _ in self.columns} | {"ord"}
        for i in range(len(solid) - 2):
            if solid[i][1] == alias and solid[i + 1][1] == "." and solid[i + 2][1] not in known:
                raise self.mistake(f"{alias}.{solid[i + 2][1]} is no column of :rows")
        return alias

    def uses_ord(self):
        solid = [value for kind, value in self.items if kind != "space"]
        return any(solid[i:i + 3] == [self.alias, ".", "ord"] for i in range(len(solid)))

    def replace_rows(self, items, expansion):
        """Puts `expansion` in the place of each ":rows AS alias"."""
        out, i = [], 0
        while i < len(items):
            if items[i][0] != "rows":
                out.append(items[i])
                i += 1
                continue
            i += 1
            for _ in range(2):  # AS, alias
                while items[i][0] == "space":
                    i += 1
                i += 1
            out.append(("text", expansion))
        return out

    def for_postgres(self):
        if not any(kind == "rows" for kind, _ in self.items):
            return joined(self.items)
        names = ", ".join(name for name, _ in self.columns)
        arrays = ", ".join(f"${i}::{TYPES[kind][1]}[]" for i, (_, kind) in enumerate(self.columns, 1))
        if self.uses_ord():
            expansion = (f"(SELECT {names}, row_number_ - 1 AS ord FROM unnest({arrays}) WITH ORDINALITY "
                         f"AS u({names}, row_number_)) AS {self.alias}")
        else:
            expansion = f"unnest({arrays}) AS {self.alias}({names})"
        return joined(self.replace_rows(self.items, expansion))

    def for_sqlite(self):
        if any(kind == "rows" for kind, _ in self.items):
            items = self.without_rows() or self.with_row_subquery()
        else:
            items = self.items
        return "".join("?" + value[1:] if kind == "placeholder" else value for kind, value in items)

    def for_sqlite_batch(self):
        """The text that is run once for a whole batch; None where row by row is the only way."""
        solid = words(self.items)
        if self.columns is None or self.dialect is not None or solid.count(":rows") != 1:
            return None
        at = solid.index(":rows")
        inserts = solid[0] == "INSERT" and solid[1] == "INTO" and "RETURNING" not in solid
        if solid[at - 1] != "FROM" or not (inserts or solid[0] == "SELECT"):
            return None
        after = solid[at + 3:at + 4]
        if after not in ([], ["JOIN"], ["LEFT"], ["WHERE"], ["ON"]) or len(self.columns) > BATCH_COLUMNS:
            return None
        # CROSS: the batch is the outer loop, whatever SQLite believes of the sizes of its tables.
        expansion = f"bulk_rows(?1) AS {self.alias}" + {"JOIN": " CROSS", "ON": " WHERE true"}.get("".join(after), "")
        names = {name: f"c{i}" for i, (name, _) in enumerate(self.columns, 1)} | {"ord": "ord"}
        out = []
        for i, (kind, value) in enumerate(self.items):
            of_row = i >= 2 and self.items[i - 1][1] == "." and self.items[i - 2][1] == self.alias
            out.append((kind, names[value] if of_row else value))
        if inserts:
            # The rows before one that fails stay, as they do row by row: whoever writes undoes the whole. Else SQLite
            # keeps a copy of every page that the statement changes.
            out[0] = ("word", "INSERT OR FAIL")
        return joined(self.replace_rows(out, expansion))

    def with_row_subquery(self):
        names = [name for name, _ in self.columns] + (["ord"] if self.uses_ord() else [])
        values = ", ".join(f"?{i} AS {name}" for i, name in enumerate(names, 1))
        expansion = f"(SELECT {values}) AS {self.alias}"
        # SQLite would take the ON of an ON CONFLICT for that of a join.
        if re.search(rf":rows AS {self.alias.upper()} ON CONFLICT", " ".join(words(self.items))):
            expansion += " WHERE true"
        return self.replace_rows(self.items, expansion)

    def without_rows(self):
        """With the batch's single row as parameters, where that is plainly the same; else None."""
        solid = words(self.items)
        if solid.count(":rows") != 1:
            return None
        at = solid.index(":rows")
        before, after = solid[at - 1], solid[at + 3:at + 4]
        if (solid[0], before) in (("UPDATE", "FROM"), ("DELETE", "USING")):
            return self.parameters(self.cut_clause()) if after == ["WHERE"] else None
        if solid[0] == "INSERT" and before == "FROM" and after in ([], ["ON"], ["RETURNING"]):
            return self.insert_values()
        if solid[0] == "SELECT" and before == "FROM" and after == ["JOIN"]:
            return self.select_from_joined()
        return None

    def select_from_joined(self):
        """SELECT ... FROM :rows AS r JOIN t ON c [WHERE w] as SELECT ... FROM t WHERE (c) [AND (w)]: a subquery of one
        row costs SQLite several times what the look-up itself does."""
        at = next(i for i, item in enumerate(self.items) if item[0] == "rows")
        tops = {}  # the words outside of parentheses, after :rows
        depth = 0
        for i in range(len(self.items)):
            kind, value = self.items[i]
            depth += {"(": 1, ")": -1}.get(value, 0) if kind == "other" else 0
            if kind == "word" and depth == 0 and i > at:
                tops[i] = value.upper()
            if i == at and depth != 0:
                return None
        join = next(i for i, word in tops.items() if word == "JOIN")
        on = next((i for i, word in tops.items() if word == "ON"), None)
        closing = ("JOIN", "LEFT", "INNER", "CROSS", "WHERE", "GROUP", "ORDER", "LIMIT", "UNION", "EXCEPT", "INTERSECT")
        if on is None or any(word in ("LEFT", "CROSS", "UNION", "EXCEPT", "INTERSECT") for word in tops.values()):
            return None
        end = next((i for i, word in tops.items() if i > on and word in closing), len(self.items))
        source = next(i for i in range(at, 0, -1) if self.items[i][1].upper() == "FROM")
        condition = self.items[on + 1:end]
        rest = self.items[end:]
        where = next((i - end for i, word in tops.items() if i >= end and word == "WHERE"), None)
        tail = next((i - end for i, word in tops.items() if i >= end and word in ("GROUP", "ORDER", "LIMIT")), len(rest))
        bound = [("other", "("), *condition, ("other", ")")]
        if where is None:
            rest = [*rest[:tail], ("space", " "), ("word", "WHERE"), ("space", " "), *bound, ("space", " "), *rest[tail:]]
        else:
            rest = [*rest[:where], ("word", "WHERE"), ("space", " "), *bound, ("space", " "), ("word", "AND"), ("space", " "),
                    ("other", "("), *rest[where + 1:tail], ("other", ")"), ("space", " "), *rest[tail:]]
        return self.parameters(self.items[:source + 1] + self.items[join + 1:on] + rest)

    def cut_clause(self):
        """Without "FROM :rows AS r" (or USING)."""
        items = self.replace_rows(self.items, "")
        at = next(i for i, item in enumerate(items) if item == ("text", ""))
        keyword = max(i for i in range(at) if items[i][0] == "word")
        return items[:keyword] + [item for item in items[at + 1:]]

    def insert_values(self):
        """INSERT INTO t(...) SELECT <columns of r and literals> FROM :rows AS r, as VALUES."""
        items = self.cut_clause()
        upper = [value.upper() if kind == "word" else value for kind, value in items]
        if upper.count("SELECT") != 1 or upper.count("FROM") != 0:
            return None
        start = upper.index("SELECT")
        ends = [i for i, word in enumerate(upper) if i > start and word in ("ON", "RETURNING")]
        end = ends[0] if ends else len(items)
        listed, current = [], []
        for kind, value in [item for item in items[start + 1:end] if item[0] != "space"] + [("other", ",")]:
            if value == "," and kind == "other":
                listed.append(current)
                current = []
            else:
                current.append((kind, value))
        for item in listed:
            column = len(item) == 3 and item[0][1] == self.alias and item[1][1] == "."
            literal = len(item) == 1 and (item[0][0] in ("number", "string") or item[0][1].upper() == "NULL")
            if not column and not literal:
                return None
        values = [("word", "VALUES"), ("space", " "), ("other", "(")]
        for i, item in enumerate(listed):
            values += ([("other", ","), ("space", " ")] if i else []) + item
        values += [("other", ")"), ("space", " ")]
        return self.parameters(items[:start] + values + items[end:])

    def parameters(self, items):
        names = [name for name, _ in self.columns] + ["ord"]
        out, i = [], 0
        while i < len(items):
            if (items[i][1] == self.alias and i + 2 < len(items) and items[i + 1][1] == "."
                    and items[i + 2][1] in names and not (out and out[-1][1] == ".")):
                out.append(("placeholder", f"${names.index(items[i + 2][1]) + 1}"))
                i += 3
            else:
                out.append(items[i])
                i += 1
        while out and out[-1][0] == "space":
            out.pop()
        return out


class Named:
    """A statement with its shared text and the texts for one dialect."""

    def __init__(self, name):
        self.name, self.texts = name, {}

    def finish(self):
        shared = self.texts.get(None)
        columns = next((s.columns for s in self.texts.values() if s.columns is not None), None)
        for statement in self.texts.values():
            if statement.columns is not None and statement.columns != columns:
                raise statement.mistake("declares other :rows than its other text")
            statement.columns = columns
            statement.parse()
        self.batch = None if columns is None else "".join(TYPES[kind][0] for _, kind in columns)
        self.sqlite = self.texts.get("sqlite", shared)
        self.runs = self.sqlite is not None and self.sqlite.runs
        if self.runs and not (self.batch or "").startswith("i"):
            raise self.sqlite.mistake(":runs are of :rows whose first column is a bigint")
        self.postgres = self.texts.get("postgres", shared)


NAME_LINE = re.compile(r"^--\s*name:\s*(\S+)\s*(.*)$")
DIRECTIVE = re.compile(r"^--\s*([A-Za-z_]+):(\s|$)")
FLAG = re.compile(r":([a-z]+)(?:\(([^)]*)\))?\s*")


def parse_flags(path, line, text):
    dialect, columns, runs = None, None, False
    while text:
        match = FLAG.match(text)
        flag = match.group(1) if match else text
        if flag in DIALECTS and match.group(2) is None and dialect is None:
            dialect = flag
        elif flag == "runs" and match.group(2) is None and dialect == "sqlite" and not runs:
            runs = True
        elif flag == "rows" and match.group(2) is not None and columns is None:
            columns = []
            for column in match.group(2).split(","):
                parts = column.split()
                if len(parts) != 2 or not re.fullmatch(r"[a-z][a-z0-9_]*", parts[0]) or parts[1] not in TYPES:
                    known = ", ".join(TYPES)
                    raise Mistake(path, line, f'"{column.strip()}" is not a name and one of {known}')
                if parts[0] == "ord" or parts[0] in (name for name, _ in columns):
                    raise Mistake(path, line, f"column {parts[0]} twice (ord is the row's index)")
                columns.append((parts[0], parts[1]))
        else:
            what = f'unknown or repeated flag ":{flag}"' if match else f'"{flag}" after the name'
            raise Mistake(path, line, what)
        text = text[match.end():]
    return dialect, columns, runs


def read_queries(folder):
    named = {}
    for path in sql_files(folder):
        current = None
        for number, line in enumerate(open(path, encoding="utf-8").read().splitlines(), 1):
            match = NAME_LINE.match(line)
            if match:
                name = match.group(1)
                if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or name in RESERVED:
                    raise Mistake(path, number, f'"{name}" cannot be a name')
                dialect, columns, runs = parse_flags(path, number, match.group(2).strip())
                entry = named.setdefault(name, Named(name))
                if dialect in entry.texts:
                    other = entry.texts[dialect]
                    raise Mistake(path, number, f"{name} is already at {other.path}:{other.line}")
                current = Statement(path, number, name, dialect, columns, runs)
                entry.texts[dialect] = current
                continue
            directive = DIRECTIVE.match(line)
            if directive:
                raise Mistake(path, number, f'unknown directive "{directive.group(1)}:"')
            if current:
                current.source.append(line)
            elif line.strip() and not line.startswith("--"):
                raise Mistake(path, number, "text before the first name")
    for entry in named.values():
        entry.finish()
    return [named[name] for name in sorted(named)]


class Migration:
    def __init__(self, path):
        self.path = path
        match = re.fullmatch(r"(\d{4})_([a-z][a-z0-9_]*)\.sql", os.path.basename(path))
        if not match:
            raise Mistake(path, 1, "a migration's file is NNNN_name.sql")
        self.version, self.name = int(match.group(1)), match.group(2)
        source = open(path, "rb").read()
        self.checksum = hashlib.sha256(source).hexdigest()
        lines = source.decode("utf-8").splitlines()
        self.sqlite = translate("sqlite", self.choose(lines, "sqlite"))
        self.postgres = translate("postgres", self.choose(lines, "postgres"))

    def choose(self, lines, dialect):
        """The lines of one dialect."""
        out, only, opened = [], None, 0
        for number, line in enumerate(lines, 1):
            directive = DIRECTIVE.match(line)
            if directive:
                word = line[directive.end():].strip()
                if directive.group(1) != "only" or word not in DIALECTS:
                    raise Mistake(self.path, number, f'unknown directive "{line.strip()}"')
                if only:
                    raise Mistake(self.path, number, f"inside the block of line {opened}")
                only, opened = word, number
            elif re.fullmatch(r"--\s*end\s*", line):
                if not only:
                    raise Mistake(self.path, number, '"-- end" without "-- only:"')
                only = None
            elif only in (None, dialect):
                out.append(line)
        if only:
            raise Mistake(self.path, opened, 'no "-- end"')
        return "\n".join(out)


POSTGRES_WORDS = {"INTEGER": "BIGINT", "INT": "BIGINT", "BLOB": "BYTEA", "REAL": "DOUBLE PRECISION"}


def translate(dialect, text):
    out = []
    for kind, value in tokens(text):
        if kind == "word":
            upper = value.upper()
            if dialect == "sqlite" and upper == "BIGINT":
                value = "INTEGER"
            elif dialect == "postgres":
                value = POSTGRES_WORDS.get(upper, value)
        out.append((kind, value))
    if out:
        out.append(("other", ";"))
    result = joined(out)
    if dialect == "postgres":
        suffix = r"\)\s*(?:STRICT|WITHOUT\s+ROWID)(?:\s*,\s*(?:STRICT|WITHOUT\s+ROWID))?\s*;"
        result = re.sub(suffix, ");", result, flags=re.IGNORECASE)
    return result


def read_migrations(folder):
    found = [Migration(path) for path in sql_files(folder)]
    for expected, migration in enumerate(found, 1):
        if migration.version != expected:
            raise Mistake(migration.path, 1, f"version {migration.version} where {expected} was expected")
    return found


def sql_files(folder):
    if not folder or not os.path.isdir(folder):
        return []
    return [os.path.join(folder, name) for name in sorted(os.listdir(folder)) if name.endswith(".sql")]


def literal(text):
    if text is None:
        return "nullptr"
    # Raw strings in parts: compilers bound the length of one literal.
    parts = [text[i:i + 8000] for i in range(0, len(text), 8000)] or [""]
    return "\n    ".join(f'R"sql({part})sql"' for part in parts)


def header(options, queries):
    lines = ["#pragma once", "// Made by tools/embed_sql.py from the .sql files. Constants, any thread.", "",
             "#include <span>", "", '#include "db/migrate.h"', "", f"namespace {options.namespace} {{", "",
             "// In the order of their versions.", "std::span<const db::Migration> migrations();", "",
             "namespace q {", ""]
    lines += [f"extern const db::Query {query.name};" for query in queries]
    lines += ["", "// Every statement, for a test that prepares them all.",
              "std::span<const db::Query* const> all();", "", "}  // namespace q",
              f"}}  // namespace {options.namespace}", ""]
    return "\n".join(lines)


def source(options, queries, migrations):
    lines = [f'#include "{options.include}"', "", f"namespace {options.namespace} {{", ""]
    lines += ["std::span<const db::Migration> migrations() {"]
    if migrations:
        lines += ["  static constexpr db::Migration kMigrations[] = {"]
        for m in migrations:
            lines += [f'    {{{m.version}, "{m.name}", "{m.checksum}",', f"    {literal(m.sqlite)},",
                      f"    {literal(m.postgres)}}},"]
        lines += ["  };", "  return kMigrations;"]
    else:
        lines += ["  return {};"]
    lines += ["}", "", "namespace q {", ""]
    for query in queries:
        sqlite = query.sqlite.for_sqlite() if query.sqlite else None
        postgres = query.postgres.for_postgres() if query.postgres else None
        sqlite_batch = query.sqlite.for_sqlite_batch() if query.sqlite else None
        batch = f'"{query.batch}"' if query.batch else "nullptr"
        more = f", false,\n    {literal(sqlite_batch)}" if sqlite_batch else ", true" if query.runs else ""
        lines += [f'constinit const db::Query {query.name}{{"{query.name}",\n    {literal(sqlite)},\n'
                  f"    {literal(postgres)},\n    {batch}{more}}};"]
    lines += ["", "std::span<const db::Query* const> all() {"]
    if queries:
        lines += ["  static constexpr const db::Query* kAll[] = {"]
        lines += [f"    &{query.name}," for query in queries] + ["  };", "  return kAll;"]
    else:
        lines += ["  return {};"]
    lines += ["}", "", "}  // namespace q", f"}}  // namespace {options.namespace}", ""]
    return "\n".join(lines)


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)


def main():
    parser = argparse.ArgumentParser()
    for name in ("queries", "migrations"):
        parser.add_argument(f"--{name}", default="")
    for name in ("namespace", "include", "out"):
        parser.add_argument(f"--{name}", required=True)
    options = parser.parse_args()
    try:
        queries, migrations = read_queries(options.queries), read_migrations(options.migrations)
        stem = os.path.join(options.out, os.path.splitext(options.include)[0])
        write(stem + ".h", header(options, queries))
        write(stem + ".cc", source(options, queries, migrations))
    except Mistake as mistake:
        print(mistake, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

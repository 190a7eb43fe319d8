"""The commands from outside: exit codes, checks that change nothing, what a start finds and does."""

import json
import pathlib
import sqlite3
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.yizhan_client import Client, Server, run_command  # noqa: E402

DONE, FAILED, USAGE, FOUND = 0, 1, 2, 3


class CommandLine(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.data = pathlib.Path(self.folder.name) / "data"

    def tearDown(self):
        self.folder.cleanup()

    def run_it(self, *arguments):
        return run_command(*arguments, "--data-dir", self.data)

    def expect(self, code, *arguments):
        run = self.run_it(*arguments)
        self.assertEqual(run.returncode, code, f"{arguments}: {run.stdout}{run.stderr}")
        return run.stdout

    def change(self, script):
        with sqlite3.connect(self.data / "yizhan.db") as connection:
            connection.executescript(script)
        connection.close()

    def test_wrong_use_is_told_apart_from_failure(self):
        for arguments in ([], ["nonsense"], ["audit"], ["serve", "--nonsense"], ["user", "create", "anna"],
                          ["user", "list", "--set", "nonsense"], ["user", "list", "--set", "log_level=loud"],
                          ["serve", "--set", "trusted_proxies=10.0.0.1,nonsense"],
                          ["user", "create", "anna", "--role", "king"], ["reconcile", "cmp_1", "log"]):
            self.assertEqual(run_command(*arguments).returncode, USAGE, arguments)
        for arguments in (["--help"], ["--version"], ["audit", "verify", "--help"]):
            self.assertEqual(run_command(*arguments).returncode, DONE, arguments)

    def test_a_check_of_nothing_finds_nothing_whole(self):
        looks = (["audit", "verify"], ["user", "list"], ["consent", "rebuild"])
        for look in looks:
            self.expect(FAILED, *look)
        self.assertFalse(self.data.exists())
        self.data.mkdir()
        for look in looks:
            self.expect(FAILED, *look)
        self.expect(FOUND, "doctor")
        self.assertEqual(list(self.data.iterdir()), [])
        (self.data / "yizhan.db").touch()
        self.expect(FAILED, "audit", "verify")

    def test_a_check_leaves_the_schema_as_it_is(self):
        self.expect(DONE, "migrate")
        self.expect(DONE, "audit", "verify")
        version = "SELECT max(version) FROM schema_migration"
        with sqlite3.connect(self.data / "yizhan.db") as connection:
            known = connection.execute(version).fetchone()[0]
        self.change(f"DELETE FROM schema_migration WHERE version = {known}")
        for look in (["audit", "verify"], ["user", "list"], ["consent", "rebuild"]):
            self.expect(FAILED, *look)
        with sqlite3.connect(self.data / "yizhan.db") as connection:
            self.assertEqual(connection.execute(version).fetchone()[0], known - 1)
        self.change(f"INSERT INTO schema_migration VALUES ({known}, 'x', 'x', 0), ({known + 1}, 'y', 'y', 0)")
        self.expect(FAILED, "audit", "verify")

    def test_a_broken_log_is_a_finding(self):
        self.expect(DONE, "user", "create", "anna", "--role", "auditor")
        self.assertIn("anna", self.expect(DONE, "user", "list"))
        self.assertIn("0 states", self.expect(DONE, "consent", "rebuild"))
        self.assertIn("whole: 2 entries", self.expect(DONE, "audit", "verify"))
        self.change("DROP TRIGGER audit_log_no_update; UPDATE audit_log SET actor_name = 'x' WHERE id = 1")
        self.assertIn("broken at entry 1", self.expect(FOUND, "audit", "verify"))

    def test_screening_tells_a_line_a_message(self):
        lines = ["【驿站科技】全场满300减50，活动截止2月10日，拒收请回复R".encode(), "【驿站科技】代開*發票，拒收请回复R".encode(),
                 b"\xff", b"", b"x" * 100_000]
        messages = self.data.with_name("messages.txt")
        messages.write_bytes(b"\r\n".join(lines))
        run = run_command("screen", messages)
        self.assertEqual(run.returncode, FOUND, run.stderr)
        screened = [json.loads(line) for line in run.stdout.splitlines()]
        self.assertEqual([s["line"] for s in screened], [1, 2, 3, 4, 5])
        self.assertEqual([s["verdict"] for s in screened], ["pass"] + 4 * ["block"])
        self.assertEqual(screened[0]["promotion"]["validity"][0]["text"], "截止2月10日")
        finding = next(f for f in screened[1]["findings"] if f["rule"] == "cn.fraud.documents")
        self.assertEqual(lines[1][finding["begin"]:finding["end"]].decode(), "代開*發票")
        self.assertEqual((finding["term"], finding["how"]), ("代开发票", ["traditional", "inserted symbols"]))
        packs = {p["id"]: p["version"] for p in screened[1]["packs"]}
        self.assertEqual(packs[finding["pack"]], finding["pack_version"])
        for line, rule in ((2, "cn.format.utf8"), (3, "cn.format.empty"), (4, "cn.format.too_long")):
            self.assertIn(rule, [f["rule"] for f in screened[line]["findings"]])

        messages.write_text("【驿站科技】您的验证码是1234，五分钟内有效。\n")
        self.assertEqual(run_command("screen", "--class", "verification", messages).returncode, DONE)
        self.assertEqual(run_command("screen", "--class", "nonsense", messages).returncode, USAGE)
        self.assertEqual(run_command("screen", self.data / "missing").returncode, FAILED)
        without = run_command("screen", "--rules", self.folder.name, messages)
        self.assertEqual((without.returncode, without.stdout), (FAILED, ""))

    def test_a_start_empties_the_spool_and_lives_without_rule_packs(self):
        spool = self.data / "spool"
        spool.mkdir(parents=True)
        (spool / "upload-Ab12Cd").write_text("13800138000")
        server = Server(self.data, rules_dir=pathlib.Path(self.folder.name) / "none")
        try:
            self.assertEqual(list(spool.iterdir()), [])
            self.assertEqual(Client(server.port).get("/readyz").status, 200)
            figures = Client(server.port).first_sign_in("admin", server.admin_password).get("/metrics").body.decode()
            for queue in ("urgent", "normal", "bulk"):
                self.assertIn(f'yizhan_store{{figure="queued_{queue}"}}', figures)
        finally:
            self.assertEqual(server.stop(), 0)

    def logins_until_limited(self, server, most):
        """How many strangers behind one proxy may try before one is told to slow down; `most` if none is."""
        client = Client(server.port)
        for i in range(most):
            # Counted before it is read, so that nothing is computed for it.
            reply = client.post("/api/v1/sessions", {}, {"X-Forwarded-For": f"10.1.{i // 250}.{i % 250 + 1}"})
            if reply.status == 429:
                return i
        return most

    def test_behind_a_trusted_proxy_each_has_his_own_limit(self):
        for settings, most, limited in (({}, 1000, True), ({"trusted_proxies": "127.0.0.1, ::1"}, 120, False)):
            server = Server(self.data, **settings)
            try:
                self.assertEqual(self.logins_until_limited(server, most) < most, limited, settings)
            finally:
                server.stop()


if __name__ == "__main__":
    unittest.main()

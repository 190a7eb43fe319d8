"""Rule packs are replaced while the server runs: by a call, by SIGHUP; a faulty one changes nothing."""

import pathlib
import shutil
import signal
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.yizhan_client import Client, Server, wait_until  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACK = """[pack]
id = "company"
version = "{version}"
jurisdiction = "CN"
effective_date = 2020-01-01
[[rule]]
id = "company.words"
category = "FALSE_PROMISE"
severity = "{severity}"
legal_basis = "x"
suggestion = {{ zh = "改", en = "change" }}
terms = ["蓝月亮计划"]
"""


class RulePacks(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.rules = pathlib.Path(self.folder.name) / "rules"
        shutil.copytree(ROOT / "rules", self.rules)
        self.server = Server(pathlib.Path(self.folder.name) / "data", rules_dir=self.rules)
        self.admin = Client(self.server.port).first_sign_in("admin", self.server.admin_password)

    def tearDown(self):
        self.server.stop()
        self.folder.cleanup()

    def write(self, version, severity="block"):
        (self.rules / "company.toml").write_text(PACK.format(version=version, severity=severity))

    def packs(self):
        view = self.admin.get("/api/v1/rule_packs").json
        return view, {pack["id"]: pack["version"] for pack in view["packs"]}

    def test_a_call_and_a_signal_put_packs_in_force(self):
        self.assertNotIn("company", self.packs()[1])
        self.write(1)
        reply = self.admin.post("/api/v1/rule_packs/reload")
        self.assertEqual(reply.status, 200, reply)
        self.assertEqual(self.packs()[1]["company"], "1")

        self.write(2)
        self.server.child.send_signal(signal.SIGHUP)
        wait_until(lambda: self.packs()[1]["company"] == "2", 60, "the signal's load")
        self.assertEqual(self.packs()[0]["trigger"], "signal")

        self.write(3, "fatal")
        reply = self.admin.post("/api/v1/rule_packs/reload")
        self.assertEqual((reply.status, reply.code), (409, "rule_pack_faulty"), reply)
        self.assertTrue(reply.json["errors"][0]["field"].startswith("company.toml: "), reply)
        view, packs = self.packs()
        self.assertEqual(packs["company"], "2")
        self.assertIn("company.words", view["last_failure"]["place"])
        health = self.admin.get("/api/v1/health").json
        self.assertEqual([c["status"] for c in health["checks"] if c["name"] == "rule_packs"], ["warn"])


if __name__ == "__main__":
    unittest.main()

"""The commands of docs/api_for_programs.md and the Python client against the running server."""

import http.server
import importlib.util
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import unittest

SOURCE_DIR = pathlib.Path(os.environ.get("YIZHAN_SOURCE_DIR", pathlib.Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(SOURCE_DIR / "tests" / "support"))
from yizhan_client import Road, Server, Simulator, good, wait_until  # noqa: E402


def load_client():
    """The example, under a name of its own: the tests' own client has the same."""
    path = SOURCE_DIR / "examples" / "python" / "yizhan_client.py"
    spec = importlib.util.spec_from_file_location("program_client", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


client_module = load_client()


class Hook(http.server.BaseHTTPRequestHandler):
    """Takes events as a program would, after refusing the first request."""

    secret, events, refusals, lock = "", [], 1, threading.Lock()

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with Hook.lock:
            refuse, Hook.refusals = Hook.refusals > 0, Hook.refusals - 1
            if not refuse:
                Hook.events += client_module.events_of(Hook.secret, self.headers["Yizhan-Timestamp"],
                                                       self.headers["Yizhan-Signature"], body, tolerance_s=10**9)
        self.send_response(503 if refuse else 204)
        self.end_headers()

    def log_message(self, *arguments):
        pass


class Programs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.simulator = Simulator(cls.folder.name, receipt_delay_ms="10..20")
        cls.server = Server(pathlib.Path(cls.folder.name) / "data", webhook_private_addresses="127.0.0.0/8")
        road = cls.road = Road(cls.server)
        road.set_up_channel(cls.simulator.port)
        cls.notice = cls.approved(name="发货通知", message_class="notification", body="您的订单{order}已发货。",
                                  variables=[{"name": "order", "max_length": 20, "sample": "A1"}])
        cls.code = cls.approved(name="验证码", message_class="verification",
                                body="您的验证码是{code}，{minutes}分钟内有效。",
                                variables=[{"name": "code", "max_length": 8, "sample": "482913"},
                                           {"name": "minutes", "max_length": 2, "sample": "5"}])
        cls.application = good(road.technology.post("/api/v1/applications", {
            "name": "shop", "login": "shop", "protocols": ["http"], "message_classes": ["notification", "verification"],
            "access_code": "10690001", "channel_id": road.channel["id"], "contents": [cls.notice, cls.code]})).json
        cls.path = "/api/v1/applications/" + cls.application["id"]
        cls.key = good(road.technology.post(cls.path + "/keys", {
            "name": "shop 1", "message_classes": ["notification", "verification"],
            "expires_at": cls.in_a_year()})).json["token"]
        cls.url = f"http://127.0.0.1:{cls.server.port}"

    @classmethod
    def tearDownClass(cls):
        cls.server.kill()
        cls.simulator.kill()
        cls.folder.cleanup()

    @classmethod
    def approved(cls, **members):
        cls.road.approve_content(members.pop("body"), opt_out_text="", **members)
        return cls.road.content["id"]

    @staticmethod
    def in_a_year():
        year = int(Server.now()[:4]) + 1
        return f"{year}-01-01T00:00:00Z"

    def test_the_commands_of_the_page(self):
        page = (SOURCE_DIR / "docs" / "api_for_programs.md").read_text()
        settings, *blocks = re.findall(r"```sh\n(.*?)```", page, re.DOTALL)
        self.assertIn("KEY=", settings)
        self.assertGreaterEqual(len(blocks), 6)
        run = subprocess.run(["bash", "-euo", "pipefail", "-c", "\n".join(blocks)], cwd=self.folder.name, text=True,
                             capture_output=True, timeout=120, check=False,
                             env={**os.environ, "YIZHAN": self.url, "KEY": self.key, "CONTENT": self.notice,
                                  "CODE_CONTENT": self.code})
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        for word in ('"accepted":1,"refused":1', '"reference":"order-A1"', '"verification_id":"vrf_',
                     '"attempt_list"', '"attempts_left":4'):
            self.assertIn(word, run.stdout)

    def test_the_client_sends_and_is_told(self):
        hook = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook)
        threading.Thread(target=hook.serve_forever, daemon=True).start()
        made = good(self.road.technology.request("PUT", self.path + "/webhook", {
            "receipt_url": f"http://127.0.0.1:{hook.server_port}/receipts"})).json
        Hook.secret = made["secret"]
        client = client_module.Client(self.url, self.key)
        try:
            sent = client.send(self.notice, "13800000011", {"order": "B1"}, reference="B1")
            again = client.send(self.notice, "13800000011", {"order": "B1"}, reference="B1")
            self.assertEqual(sent["message_id"], again["message_id"])
            with self.assertRaises(client_module.Refused) as refused:
                client.send(self.notice, "13800000011", {"order": "B2"}, reference="B1")
            self.assertEqual(refused.exception.code, "idempotency_key_reused")
            batch = client.send_all([client_module.message(self.notice, f"138000001{i:02d}", {"order": str(i)})
                                     for i in range(20)])
            self.assertEqual(batch["accepted"], 20)

            def told():
                with Hook.lock:
                    return {event["message_id"] for event in Hook.events} >= {
                        sent["message_id"], *(item["message_id"] for item in batch["items"])}

            wait_until(told, 60, "the receipts")
            event = next(e for e in Hook.events if e["message_id"] == sent["message_id"])
            self.assertEqual((event["type"], event["reference"], event["state"]), ("receipt", "B1", "delivered"))
            self.assertEqual(client.message(sent["message_id"])["state"], "delivered")
            self.assertEqual(client.message_of("B1")["id"], sent["message_id"])
            self.assertIsNone(client.message_of("nobody's"))
            self.assertGreaterEqual(sum(1 for _ in client.messages(limit=7)), 21)
            started = client.start_verification(self.code, "13800000012", variables={"minutes": "5"}, attempts=1)
            self.assertIn(client.check_verification(started["verification_id"], "x")["result"], ("wrong",))
            self.assertEqual(client.check_verification(started["verification_id"], "x")["result"], "used_up")
        finally:
            client.close()
            hook.shutdown()
            hook.server_close()

    def test_a_signature_is_checked(self):
        with self.assertRaises(ValueError):
            client_module.events_of("secret", "1", "v1=00", b'{"events":[]}', now=1)


if __name__ == "__main__":
    unittest.main()

"""Debian's Kannel, an SMPP client that nobody here wrote: its bearerbox bound to the carrier simulator, and to Yizhan as one
of the company's own programs, sends and gets its receipts."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

import kannel  # noqa: E402
from yizhan_client import Road, Server, Simulator, good, wait_until  # noqa: E402

LONG = "您好，本店周年庆全场八折起，十一月三十日前在各门店有效，每人限一次，详询门店。" * 4


class KannelTest(unittest.TestCase):
    def setUp(self):
        kannel.require()
        folder = tempfile.TemporaryDirectory(prefix="yizhan_kannel_")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def start_kannel(self, port, **account):
        boxes = kannel.Kannel(self.folder / "kannel", port, **account)
        self.addCleanup(boxes.stop)
        return boxes


class AtTheSimulator(KannelTest):
    def start_simulator(self, **options):
        simulator = Simulator(self.folder, log_flush_ms=10, log_texts="hex", receipt_delay_ms="1..20", **options)
        self.addCleanup(simulator.kill)
        self.log = simulator.log
        return simulator.port

    def lines(self, kind):
        """The carrier's lines of a kind (docs/formats/simulator_log.md), as lists of fields."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [line.split(" ") for line in lines if line.startswith(kind)]

    def submits(self):
        return self.lines("S ")

    def test_it_gets_its_receipts(self):
        boxes = self.start_kannel(self.start_simulator())
        boxes.wait_online()
        boxes.send("8613900000001", "Your code is 482913. [5 min] {@}", label="plain")
        boxes.send("8613900000002", "【驿站百货】您的验证码 482913", label="chinese")
        for label in ("plain", "chinese"):
            taken = boxes.reports(label, kannel.TAKEN)[0]
            self.assertIn("ACK", taken["answer"])
            delivered = boxes.reports(label, kannel.DELIVERED)[0]
            self.assertIn("stat:DELIVRD", delivered["answer"])
            self.assertTrue(delivered["answer"].startswith("id:" + delivered["foreign"]))
        plain, chinese = sorted(self.submits(), key=lambda fields: fields[5])
        self.assertEqual(bytes.fromhex(plain[-1]), b"Your code is 482913. \x1b<5 min\x1b> \x1b(\x00\x1b)")
        self.assertEqual(bytes.fromhex(chinese[-1]).decode("utf-16-be"), "【驿站百货】您的验证码 482913")
        self.assertEqual(chinese[7], "8")

    def test_a_long_text_comes_in_parts(self):
        boxes = self.start_kannel(self.start_simulator())
        boxes.wait_online()
        boxes.send("8613900000001", LONG, label="long")
        boxes.reports("long", kannel.DELIVERED)
        parts = wait_until(lambda: self.submits()[2:] and self.submits(), kannel.PATIENCE_SECONDS, "the parts")
        self.assertTrue(all(fields[6] == "40" and fields[9].endswith(f"/{len(parts)}") for fields in parts))
        parts.sort(key=lambda fields: int(fields[9].split("/")[1]))
        self.assertEqual("".join(bytes.fromhex(fields[-1]).decode("utf-16-be") for fields in parts), LONG)

    def test_it_hears_of_failures(self):
        boxes = self.start_kannel(self.start_simulator(outcomes="UNDELIV/021:1"))
        boxes.wait_online()
        boxes.send("8613900000001", "hello", label="failed")
        self.assertIn("stat:UNDELIV", boxes.reports("failed", kannel.FAILED)[0]["answer"])

    def test_it_hears_of_refusals(self):
        boxes = self.start_kannel(self.start_simulator(errors="0x0b:1"))
        boxes.wait_online()
        boxes.send("8613900000001", "hello", label="refused")
        self.assertIn("NACK/0x0000000b/", boxes.reports("refused", kannel.REJECTED)[0]["answer"])

    def test_it_gets_replies(self):
        boxes = self.start_kannel(self.start_simulator(replies=1, reply_texts="退订:1", reply_delay_ms="1..20"))
        boxes.wait_online()
        boxes.send("8613900000001", "hello")
        reply = boxes.listener.wait_for("/reply")[0]
        self.assertEqual(reply["from"].lstrip("+"), "8613900000001")
        self.assertEqual(reply["to"].lstrip("+"), "10690001")
        self.assertEqual(reply["coding"], "2")
        self.assertEqual(reply["text"].encode("latin-1").decode("utf-16-be"), "退订")

    def test_a_wrong_password_does_not_bind(self):
        boxes = self.start_kannel(self.start_simulator(), password="wrong", smsbox=False)
        wait_until(lambda: "0x0000000e" in boxes.log(), kannel.PATIENCE_SECONDS, "the refusal")
        binds = wait_until(lambda: self.lines("B "), kannel.PATIENCE_SECONDS, "the carrier's account of it")
        self.assertTrue(all(fields[-1] == "e" for fields in binds))


class ThroughYizhan(KannelTest):
    """Kannel is an application: what it sends passes the gates, then goes to the simulated carrier."""

    def setUp(self):
        super().setUp()
        carrier = Simulator(self.folder, log_flush_ms=10, log_texts="hex", receipt_delay_ms="1..20", replies=1,
                            reply_texts="好的:1", reply_delay_ms="1..20")
        self.addCleanup(carrier.kill)
        self.log = carrier.log
        (self.port,) = kannel.free_ports(1)
        self.data = self.folder / "data"
        self.server = Server(self.data, access_smpp=f"127.0.0.1:{self.port}")
        self.addCleanup(lambda: self.server.kill())
        self.road = Road(self.server)
        self.road.set_up_channel(carrier.port)
        self.road.approve_content(name="验证码", message_class="verification", body="您的验证码是{code}，5分钟内有效。",
                                  opt_out_text="", variables=[{"name": "code", "max_length": 6, "sample": "482913"}])
        self.application = good(self.road.technology.post("/api/v1/applications", {
            "name": "old shop", "login": "shop", "secret": "shop2026", "protocols": ["smpp"],
            "message_classes": ["verification"], "access_code": "10690001", "channel_id": self.road.channel["id"],
            "contents": [self.road.content["id"]], "allowed_addresses": ["127.0.0.0/8"]})).json

    def start_shop(self, **account):
        return self.start_kannel(self.port, **{"username": "shop", "password": "shop2026", **account})

    def state(self):
        return good(self.road.technology.get(f"/api/v1/applications/{self.application['id']}")).json["state"]

    def texts_at_the_carrier(self):
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [bytes.fromhex(line.split(" ")[-1]).decode("utf-16-be") for line in lines if line.startswith("S ")]

    def test_it_sends_through_the_gates_and_gets_its_receipts(self):
        boxes = self.start_shop()
        boxes.wait_online()
        self.assertGreaterEqual(self.state()["sessions"], 1)
        boxes.send("8613900000001", "【驿站百货】您的验证码是482913，5分钟内有效。", label="whole")
        self.assertIn("ACK", boxes.reports("whole", kannel.TAKEN)[0]["answer"])
        self.assertIn("stat:DELIVRD", boxes.reports("whole", kannel.DELIVERED)[0]["answer"])
        # The body alone: the signature is the company's to add.
        boxes.send("8613900000002", "您的验证码是000001，5分钟内有效。", label="body")
        self.assertIn("stat:DELIVRD", boxes.reports("body", kannel.DELIVERED)[0]["answer"])
        self.assertEqual(self.texts_at_the_carrier(), ["【驿站百货】您的验证码是482913，5分钟内有效。",
                                                       "【驿站百货】您的验证码是000001，5分钟内有效。"])
        replies = boxes.listener.wait_for("/reply", 2)
        self.assertEqual({reply["from"].lstrip("+") for reply in replies}, {"8613900000001", "8613900000002"})
        wait_until(lambda: self.state()["deliveries_waiting"] == 0, kannel.PATIENCE_SECONDS, "everything taken")

    def test_what_nobody_approved_is_refused(self):
        boxes = self.start_shop()
        boxes.wait_online()
        boxes.send("8613900000001", "【驿站百货】您中奖了，速来领取！", label="unapproved")
        self.assertIn("NACK/0x00000400/", boxes.reports("unapproved", kannel.REJECTED)[0]["answer"])
        # One code a minute, per person.
        text = "【驿站百货】您的验证码是482913，5分钟内有效。"
        boxes.send("8613900000003", text, label="first")
        boxes.reports("first", kannel.TAKEN)
        boxes.reports("first", kannel.DELIVERED)
        boxes.send("8613900000003", text, label="again")
        self.assertIn("NACK/0x00000402/", boxes.reports("again", kannel.REJECTED)[0]["answer"])
        self.assertEqual(self.texts_at_the_carrier(), [text])

    def test_receipts_wait_for_it_over_a_kill(self):
        boxes = self.start_shop()
        boxes.wait_online()
        boxes.send("8613900000001", "您的验证码是482913，5分钟内有效。", label="one")
        boxes.reports("one", kannel.DELIVERED)
        self.server.kill()
        self.server = Server(self.data, access_smpp=f"127.0.0.1:{self.port}")
        for client in (self.road.technology,):
            client.port = self.server.port
        boxes.wait_online()
        boxes.send("8613900000002", "您的验证码是000002，5分钟内有效。", label="two")
        self.assertIn("stat:DELIVRD", boxes.reports("two", kannel.DELIVERED)[0]["answer"])

    def test_a_wrong_password_does_not_bind(self):
        boxes = self.start_shop(password="wrong", smsbox=False)
        wait_until(lambda: "0x0000000e" in boxes.log(), kannel.PATIENCE_SECONDS, "the refusal")
        self.assertEqual(self.state()["sessions"], 0)

    def test_a_disabled_account_is_put_out(self):
        boxes = self.start_shop()
        boxes.wait_online()
        path = f"/api/v1/applications/{self.application['id']}"
        good(self.road.technology.act("POST", path + "/disable", None, self.application))
        wait_until(lambda: self.state()["sessions"] == 0, kannel.PATIENCE_SECONDS, "no session")
        refused = self.road.marketing.post(path + "/enable")
        self.assertEqual(refused.status, 403, refused)


if __name__ == "__main__":
    unittest.main()

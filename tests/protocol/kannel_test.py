"""Debian's Kannel, an SMPP client that nobody here wrote: its bearerbox bound to the carrier simulator sends and gets its
receipts."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

import kannel  # noqa: E402
from yizhan_client import Simulator, wait_until  # noqa: E402

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


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""How fast Debian's Kannel sends to the carrier simulator: the figure beside campaign_send.

Kannel is given every advantage: its queue is filled before the carrier is there, so that neither its HTTP front nor the
program that loads it counts; it asks for no receipts and writes no log. What is timed is bearerbox sending what it holds,
from the first message that it counts as sent to the last. Run twice, with its spool store (what a restart needs) and with
none. One JSON object a line, as bench/run.py reads it.
"""

import argparse
import concurrent.futures
import http.client
import json
import pathlib
import sys
import tempfile
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests/support"))

TEXT = "【驿站】亲爱的客户123456，本店周年庆，全场九折。拒收请回复R"
LOADERS = 4


def load(port, first, count):
    """Puts messages into Kannel's queue over one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for i in range(first, first + count):
        query = urllib.parse.urlencode({"username": "tester", "password": "secret", "from": "10690001",
                                        "to": f"86138{i:08}", "text": TEXT, "charset": "UTF-8", "coding": 2})
        connection.request("GET", f"/cgi-bin/sendsms?{query}")
        reply = connection.getresponse()
        reply.read()
        if reply.status != 202:
            raise SystemExit(f"smsbox: {reply.status}")
    connection.close()


def sent(boxes):
    return int(boxes.status().findtext("sms/sent/total"))


def measure(kannel, client, store, messages):
    with tempfile.TemporaryDirectory(prefix="yizhan_kannel_bench_") as name:
        folder = pathlib.Path(name)
        (port,) = kannel.free_ports(1)
        core = ""
        if store == "spool":
            (folder / "spool").mkdir()
            core = f"store-type = spool\nstore-location = {folder}/spool"
        boxes = kannel.Kannel(folder / "kannel", port, core=core, log_level=4)
        carrier = None
        try:
            share = messages // LOADERS
            with concurrent.futures.ThreadPoolExecutor(LOADERS) as pool:
                list(pool.map(lambda i: load(boxes.sendsms, i * share, share), range(LOADERS)))
            total = share * LOADERS
            carrier = client.Simulator(folder, port=port, receipt_delay_ms="5..20")
            while (begun := sent(boxes)) == 0:
                time.sleep(0.005)
            start = time.monotonic()
            while (now := sent(boxes)) < total:
                time.sleep(0.02)
            elapsed = time.monotonic() - start
            if now != total:
                raise SystemExit(f"Kannel sent {now} of {total}")
            return (total - begun) / elapsed
        finally:
            boxes.stop()
            if carrier:
                carrier.kill()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", required=True, help="the yizhan program, for its carrier simulator")
    parser.add_argument("--messages", type=int, default=40_000)
    options = parser.parse_args()
    import os
    os.environ["YIZHAN_BINARY"] = options.binary
    import kannel
    import yizhan_client
    for store in ("spool", "none"):
        rate = measure(kannel, yizhan_client, store, options.messages)
        print(json.dumps({"name": f"kannel_send_{store}", "value": round(rate, 1), "unit": "messages/s",
                          "store": f"kannel {store}"}), flush=True)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""How fast Debian's Kannel sends to the carrier simulator: the figure beside campaign_send.

Each with its spool store (what a restart needs) and with none, no log written:

kannel_send_*      Kannel is given every advantage: its queue is filled before the carrier is there, so that neither its HTTP
                   front nor the program that loads it counts, and it asks for no receipts. What is timed is bearerbox sending
                   what it holds, from the first message that it counts as sent to the last.
kannel_campaign_*  what campaign_send does: messages taken and sent, each with its receipt, from the first call of its HTTP front
                   (four connections) to the last receipt.

One JSON object a line, as bench/run.py reads it.
"""

import argparse
import concurrent.futures
import json
import pathlib
import re
import socket
import sys
import tempfile
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests/support"))

TEXT = "【驿站】亲爱的客户123456，本店周年庆，全场九折。拒收请回复R"
LOADERS = 4
PATIENCE_SECONDS = 300


def load(port, first, count, mask):
    """Puts messages into Kannel's queue over one connection, at as little cost of its own as may be."""
    query = urllib.parse.urlencode({"username": "tester", "password": "secret", "from": "10690001", "text": TEXT,
                                    "charset": "UTF-8", "coding": 2, "dlr-mask": mask})
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        for i in range(first, first + count):
            connection.sendall(f"GET /cgi-bin/sendsms?{query}&to=86138{i:08} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            reply = b""
            while b"\r\n\r\n" not in reply:
                reply += connection.recv(4096)
            head, _, body = reply.partition(b"\r\n\r\n")
            if b" 202 " not in head:
                raise SystemExit(f"smsbox: {head}")
            left = int(re.search(rb"(?i)content-length: *(\d+)", head).group(1)) - len(body)
            while left > 0:
                left -= len(connection.recv(left))


def sent(boxes):
    return int(boxes.status().findtext("sms/sent/total"))


def receipts(boxes):
    return int(boxes.status().findtext("dlr/received/total"))


def fill(boxes, messages, mask=0):
    """Puts messages into the queue; how many."""
    share = messages // LOADERS
    with concurrent.futures.ProcessPoolExecutor(LOADERS) as pool:
        for done in [pool.submit(load, boxes.sendsms, i * share, share, mask) for i in range(LOADERS)]:
            done.result()
    return share * LOADERS


def start(kannel, folder, port, store):
    core = ""
    if store == "spool":
        (folder / "spool").mkdir()
        core = f"store-type = spool\nstore-location = {folder}/spool"
    return kannel.Kannel(folder / "kannel", port, core=core, log_level=4)


def measure_campaign(kannel, client, store, messages):
    with tempfile.TemporaryDirectory(prefix="yizhan_kannel_bench_") as name:
        folder = pathlib.Path(name)
        (port,) = kannel.free_ports(1)
        carrier = client.Simulator(folder, port=port, receipt_delay_ms="5..20")
        boxes = start(kannel, folder, port, store)
        try:
            begun = time.monotonic()
            total = fill(boxes, messages, kannel.DELIVERED | kannel.FAILED)
            while (now := receipts(boxes)) < total:
                if time.monotonic() - begun > PATIENCE_SECONDS:
                    raise SystemExit(f"Kannel has {now} receipts of {total}")
                time.sleep(0.02)
            return total / (time.monotonic() - begun)
        finally:
            boxes.stop()
            carrier.kill()


def measure(kannel, client, store, messages):
    with tempfile.TemporaryDirectory(prefix="yizhan_kannel_bench_") as name:
        folder = pathlib.Path(name)
        (port,) = kannel.free_ports(1)
        boxes = start(kannel, folder, port, store)
        carrier = None
        try:
            total = fill(boxes, messages)
            carrier = client.Simulator(folder, port=port, receipt_delay_ms="5..20")
            while (begun := sent(boxes)) == 0:
                time.sleep(0.005)
            started = time.monotonic()
            while (now := sent(boxes)) < total:
                time.sleep(0.02)
            elapsed = time.monotonic() - started
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
        for name, how in (("send", measure), ("campaign", measure_campaign)):
            rate = how(kannel, yizhan_client, store, options.messages)
            print(json.dumps({"name": f"kannel_{name}_{store}", "value": round(rate, 1), "unit": "messages/s",
                              "store": f"kannel {store}"}), flush=True)


if __name__ == "__main__":
    main()

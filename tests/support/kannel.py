"""A private Kannel: bearerbox bound to an SMSC by SMPP and smsbox with its HTTP front, both on free ports of this machine
and in a folder of their own, and a listener for what they report. One thread, but for the listener's own."""

import http.server
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import threading
import time
import unittest
import urllib.parse
import urllib.request
import xml.etree.ElementTree

from yizhan_client import wait_until

PATIENCE_SECONDS = 60
# Of dlr-mask and of %d in dlr-url (Kannel's user guide, "Delivery reports on SMPP").
DELIVERED, FAILED, QUEUED, TAKEN, REJECTED = 1, 2, 4, 8, 16

CONFIGURATION = """
group = core
admin-port = {admin}
admin-interface = 127.0.0.1
admin-password = secret
admin-allow-ip = 127.0.0.1
smsbox-port = {boxes}
smsbox-interface = 127.0.0.1
box-allow-ip = 127.0.0.1
log-file = {folder}/bearerbox.log
log-level = {log_level}
dlr-storage = internal
{core}sms-resend-retry = 0
sms-resend-freq = 1

group = smsc
smsc = smpp
smsc-id = carrier
host = 127.0.0.1
port = {port}
transceiver-mode = true
smsc-username = {username}
smsc-password = {password}
system-type = ""
enquire-link-interval = 5
reconnect-delay = 1

group = smsbox
bearerbox-host = 127.0.0.1
bearerbox-port = {boxes}
sendsms-port = {sendsms}
sendsms-interface = 127.0.0.1
log-file = {folder}/smsbox.log
log-level = {log_level}

group = sendsms-user
username = tester
password = secret
concatenation = true
max-messages = 10

group = sms-service
keyword = default
catch-all = true
max-messages = 0
get-url = "http://127.0.0.1:{listener}/reply?from=%p&to=%P&text=%b&coding=%c"
"""


def require():
    """Skips the test where Kannel is not installed, or fails it where that is asked for."""
    if program("bearerbox") and program("smsbox"):
        return
    if os.environ.get("YIZHAN_REQUIRE_PEERS") == "1":
        raise AssertionError("kannel is missing")
    raise unittest.SkipTest("kannel is missing")


def program(name):
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin")


def free_ports(count):
    """Ports that nothing listens on now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


class Listener:
    """What Kannel calls by HTTP: (path, its query as a dictionary), in order; a character is a byte."""

    def __init__(self):
        self.calls, self.changed = [], threading.Condition()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                path, _, query = self.path.partition("?")
                values = {name: value[0] for name, value in
                          urllib.parse.parse_qs(query, keep_blank_values=True, encoding="latin-1").items()}
                with outer.changed:
                    outer.calls.append((path, values))
                    outer.changed.notify_all()
                self.send_response(200)
                self.send_header("Content-Type", "text/plain")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def wait_for(self, path, count=1, **wanted):
        """The queries of the first `count` calls of the path that have these values."""
        def matching():
            return [values for called, values in self.calls
                    if called == path and all(values.get(name) == str(value) for name, value in wanted.items())]

        with self.changed:
            if not self.changed.wait_for(lambda: len(matching()) >= count, PATIENCE_SECONDS):
                raise AssertionError(f"{count} of {path} {wanted} did not come, but {self.calls}")
            return matching()[:count]

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


class Kannel:
    """Both boxes, running; without `smsbox` bearerbox alone, which may have ended by now (1.4.5 panics when its last SMSC
    turns it away). `core` is what the group core has besides; the higher the log's level, the less is written."""

    def __init__(self, folder, port, username="demo", password="demo", smsbox=True, core="", log_level=0):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.children = []
        self.listener = Listener()
        try:
            self.admin, boxes, self.sendsms = free_ports(3)
            configuration = self.folder / "kannel.conf"
            configuration.write_text(CONFIGURATION.format(
                admin=self.admin, boxes=boxes, sendsms=self.sendsms, folder=self.folder, port=port,
                username=username, password=password, listener=self.listener.port, core=core + "\n" if core else "",
                log_level=log_level))
            self.start("bearerbox", configuration)
            if not smsbox:
                return
            wait_until(lambda: self.status() is not None, PATIENCE_SECONDS, "bearerbox")
            self.start("smsbox", configuration)
            wait_until(lambda: self.status().find(".//box") is not None, PATIENCE_SECONDS, "smsbox")
        except BaseException:
            self.stop()
            raise

    def start(self, name, configuration):
        with open(self.folder / f"{name}.out", "ab") as output:
            self.children.append(subprocess.Popen([program(name), "-v", "4", configuration], cwd=self.folder,
                                                  stdin=subprocess.DEVNULL, stdout=output, stderr=output))

    def stop(self):
        for child in reversed(self.children):
            child.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + 10
        for child in reversed(self.children):
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        self.listener.close()

    def status(self):
        """bearerbox' account of itself, or None while it does not answer."""
        if self.children and self.children[0].poll() is not None:
            raise AssertionError("bearerbox has ended: " + self.log()[-2000:])
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.admin}/status.xml?password=secret", timeout=10) as page:
                return xml.etree.ElementTree.fromstring(page.read().replace(b"\0", b""))
        except OSError:
            return None

    def smsc(self):
        """The state of its connection: "online", "re-connecting", "dead"…"""
        text = self.status().findtext(".//smsc/status") or ""
        return text.split(" ")[0]

    def wait_online(self):
        wait_until(lambda: self.smsc() == "online", PATIENCE_SECONDS, "the bind")

    def log(self):
        path = self.folder / "bearerbox.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def send(self, to, text, sender="10690001", mask=DELIVERED | FAILED | TAKEN | REJECTED, label="one"):
        """Hands a message to smsbox; reports come to the listener as /report with this label."""
        report = (f"http://127.0.0.1:{self.listener.port}/report?label={label}&type=%d&answer=%A&foreign=%F")
        query = {"username": "tester", "password": "secret", "from": sender, "to": to, "text": text,
                 "charset": "UTF-8", "dlr-mask": mask, "dlr-url": report}
        if any(ord(c) > 127 for c in text):
            query["coding"] = 2
        address = f"http://127.0.0.1:{self.sendsms}/cgi-bin/sendsms?{urllib.parse.urlencode(query)}"
        with urllib.request.urlopen(address, timeout=30) as reply:
            if reply.status != 202:
                raise AssertionError(f"smsbox: {reply.status}")

    def reports(self, label, kind, count=1):
        return self.listener.wait_for("/report", count, label=label, type=kind)

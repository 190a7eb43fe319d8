"""Drives the built program from outside: its processes, its HTTP API, and the road of one campaign. Single-threaded."""

import datetime
import http.client
import json
import os
import pathlib
import re
import selectors
import signal
import subprocess
import threading
import time
import uuid

BINARY = os.environ.get("YIZHAN_BINARY", "build/dev/yizhan")
SOURCE_DIR = pathlib.Path(os.environ.get("YIZHAN_SOURCE_DIR", pathlib.Path(__file__).resolve().parents[2]))
PASSWORD = "Relay-Station-2026!"
CSV_HEADER = "手机号,姓名,城市,会员等级,出生日期,营销同意,同意时间,同意方式,同意文本,通知同意,备注"
CONSENT_TEXT = "我同意接收本店的营销短信，每周不超过两条，可随时回复R退订"
HANDSETS = ("+8613911110002", "+8613911110003")
CHECK_POINTS = ("legality", "truthfulness", "accuracy", "completeness", "compliance")
START_PATIENCE_SECONDS = 60
OPEN_STATES = ("held", "queued", "in_flight", "sent")


def wait_until(probe, seconds, what):
    """The first truthy value of probe(); AssertionError with `what` when none comes in time."""
    pulse = threading.Event()
    deadline = time.monotonic() + seconds
    while True:
        value = probe()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}")
        pulse.wait(0.05)


def run_command(*arguments, timeout=120):
    return subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=timeout)


class Process:
    """One child of the program whose standard output says when it is ready."""

    def __init__(self, arguments, error_file):
        self.error_file = error_file
        with open(error_file, "ab") as errors:
            self.child = subprocess.Popen([BINARY, *map(str, arguments)], stdout=subprocess.PIPE, stderr=errors)
        self.pending = b""

    def lines_until(self, pattern):
        """Lines printed up to and with the first that matches."""
        lines = []
        deadline = time.monotonic() + START_PATIENCE_SECONDS
        with selectors.DefaultSelector() as selector:
            selector.register(self.child.stdout, selectors.EVENT_READ)
            while time.monotonic() < deadline:
                while b"\n" in self.pending:
                    line, self.pending = self.pending.split(b"\n", 1)
                    lines.append(line.decode())
                    if re.search(pattern, lines[-1]):
                        return lines
                if not selector.select(deadline - time.monotonic()):
                    break
                chunk = os.read(self.child.stdout.fileno(), 65536)
                if not chunk:
                    break
                self.pending += chunk
        self.kill()
        tail = pathlib.Path(self.error_file).read_text(errors="replace")[-2000:]
        raise AssertionError(f"the process never printed {pattern}: {lines} {tail}")

    def kill(self):
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGKILL)
        self.child.wait()
        self.child.stdout.close()

    def stop(self, seconds=60):
        """Asks it to end; its exit code."""
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGTERM)
        try:
            self.child.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise
        return self.child.returncode


class Simulator(Process):
    def __init__(self, folder, **options):
        self.log = pathlib.Path(folder) / "carrier.log"
        pairs = [f"{name}={value}" for name, value in {"port": 0, "log": self.log, **options}.items()]
        super().__init__(["carrier-simulator", *pairs], pathlib.Path(folder) / "carrier.err")
        self.port = int(self.lines_until(r":\d+\s*$")[-1].rsplit(":", 1)[1])


class Server(Process):
    """The server with a clock that began at ten in the morning in Shanghai when this module was loaded."""

    born = time.monotonic()
    start = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT02:00:00+00:00")

    def __init__(self, folder, **settings):
        pairs = {"listen": "127.0.0.1:0", "clock_start": self.now(), **settings}
        arguments = ["serve", "--data-dir", folder]
        for name, value in pairs.items():
            arguments += ["--set", f"{name}={value}"]
        super().__init__(arguments, pathlib.Path(folder).with_suffix(".server.log"))
        lines = self.lines_until(r"http://")
        self.port = int(re.search(r"http://[^:]+:(\d+)", lines[-1])[1])
        self.admin_password = next((line.split()[-1] for line in lines if line.startswith("user ")), None)

    @classmethod
    def now(cls):
        passed = datetime.timedelta(seconds=time.monotonic() - cls.born)
        return (datetime.datetime.fromisoformat(cls.start) + passed).isoformat(timespec="seconds")


class Reply:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body
        try:
            self.json = json.loads(body) if body else None
        except ValueError:
            self.json = None

    @property
    def code(self):
        return self.json.get("code") if isinstance(self.json, dict) else None

    def __repr__(self):
        return f"{self.status} {self.body[:600]!r}"


class Client:
    """One person's browser. Survives a restart of the server: set `port`."""

    def __init__(self, port):
        self.port, self.cookies, self.csrf = port, {}, None

    def request(self, method, path, body=None, headers=None):
        """One exchange on its own connection; `body` as bytes goes as it is, everything else as JSON."""
        sent = dict(headers or {})
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body, ensure_ascii=False).encode()
            sent.setdefault("Content-Type", "application/json")
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if self.csrf:
            sent["X-CSRF-Token"] = self.csrf
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, {n: v for n, v in sent.items() if v is not None})
            response = connection.getresponse()
            reply = Reply(response.status, response.headers, response.read())
        finally:
            connection.close()
        for cookie in reply.headers.get_all("Set-Cookie") or []:
            name, value = cookie.split(";", 1)[0].split("=", 1)
            self.cookies[name] = value
        return reply

    def get(self, path):
        return self.request("GET", path)

    def post(self, path, body=None, headers=None):
        return self.request("POST", path, body, headers)

    def act(self, method, path, body, row):
        """A change of `row` as it was read."""
        return self.request(method, path, body, {"If-Match": f'"{row["version"]}"'})

    def upload(self, path, data, name="customers.csv", media_type="text/csv", **fields):
        boundary = uuid.uuid4().hex
        head = "".join(f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'
                       for field, value in fields.items())
        head += (f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
                 f"Content-Type: {media_type}\r\n\r\n")
        body = head.encode() + data + f"\r\n--{boundary}--\r\n".encode()
        return self.post(path, body, {"Content-Type": f"multipart/form-data; boundary={boundary}"})

    def sign_in(self, login, password):
        reply = self.post("/api/v1/sessions", {"login": login, "password": password})
        if good(reply):
            self.csrf = reply.json["csrf_token"]
        return reply

    def first_sign_in(self, login, one_time):
        self.sign_in(login, one_time)
        reply = good(self.post("/api/v1/users/me/password",
                               {"current_password": one_time, "new_password": PASSWORD}))
        self.csrf = reply.json["csrf_token"]
        return self


def good(reply):
    if not 200 <= reply.status < 300:
        raise AssertionError(repr(reply))
    return reply


def customer_rows(count, prefix="1392"):
    """`count` consenting customers with numbers of their own, as the bytes of a CSV file."""
    lines = [CSV_HEADER]
    for i in range(count):
        lines.append(f"{prefix}{i:0{11 - len(prefix)}d},王小明,上海,普通,1990-01-01,是,2026-01-05 10:00:00,小程序,"
                     f"{CONSENT_TEXT},否,")
    return ("\n".join(lines) + "\n").encode()


class Road:
    """The steps of one campaign, each by the person who may take it."""

    def __init__(self, server):
        self.admin = Client(server.port).first_sign_in("admin", server.admin_password)
        self.marketing = self.person("lin.marketing", "marketing")
        self.technology = self.person("wu.technology", "technology")
        self.compliance = self.person("zhao.compliance", "compliance")
        self.content = self.campaign = self.channel = self.licence = None

    def person(self, login, role):
        made = good(self.admin.post("/api/v1/users", {"login": login, "display_name": login, "roles": [role]}))
        return Client(self.admin.port).first_sign_in(login, made.json["one_time_password"])

    def moved_to(self, server):
        for client in (self.admin, self.marketing, self.technology, self.compliance):
            client.port = server.port

    def set_sending(self, **members):
        settings = good(self.admin.get("/api/v1/settings/sending")).json
        return good(self.admin.act("PATCH", "/api/v1/settings/sending", members, settings)).json

    def set_up_channel(self, port, **options):
        self.channel = good(self.technology.post("/api/v1/channels", {
            "name": "test carrier", "provider": "simulator", "host": "127.0.0.1", "port": port,
            "system_id": "demo", "password": "demo", "access_code": "10690001", "requires_filed_signature": False,
            "options": {"reconnect_min_ms": 100, **options}})).json
        for i, number in enumerate(HANDSETS):
            good(self.technology.post("/api/v1/test_handsets", {"label": f"desk {i}", "number": number}))

    def import_customers(self, data, seconds=120):
        started = good(self.marketing.upload("/api/v1/imports", data)).json

        def finished():
            row = good(self.marketing.get(f"/api/v1/imports/{started['id']}")).json
            return row if row["state"] != "running" else None

        return wait_until(finished, seconds, "the import")

    def approve_signature(self, text="驿站百货"):
        """Asked for by marketing, proved by the business licence, approved by compliance; once."""
        known = good(self.marketing.get("/api/v1/signatures?limit=200")).json["items"]
        if any(row["text"] == text for row in known):
            return
        if self.licence is None:
            document = {"kind": "营业执照", "title": "business licence", "number": "91310000000000000X", "issuer": "AMR",
                        "valid_from": "2026-01-01T00:00:00+08:00"}
            self.licence = good(self.compliance.upload(
                "/api/v1/qualifications", b"%PDF-1.7 licence", "licence.pdf", "application/pdf",
                document=json.dumps(document, ensure_ascii=False))).json
        row = good(self.marketing.post("/api/v1/signatures", {
            "text": text, "source": "company_name", "explanation": "公司名称",
            "message_classes": ["marketing", "notification", "verification"],
            "qualification_ids": [self.licence["id"]]})).json
        path = f"/api/v1/signatures/{row['id']}"
        row = good(self.marketing.act("POST", path + "/submit", None, row)).json
        good(self.compliance.act("POST", path + "/approve", {"reason": "有权使用"}, row))

    @staticmethod
    def draft(body="{name}您好，本店周年庆全场八折起，11月30日前在各门店有效，每人限一次，详询门店。"):
        return {"name": "周年庆", "message_class": "marketing", "purpose": "", "signature": "驿站百货", "body": body,
                "opt_out_text": "拒收请回复R", "variables": [{"name": "name", "max_length": 20, "sample": "张三"}]}

    @staticmethod
    def checklist():
        return [{"point": point, "answer": "yes", "note": "checked"} for point in CHECK_POINTS]

    def submit_content(self):
        self.approve_signature(self.content["latest"]["text"]["signature"])
        path = f"/api/v1/contents/{self.content['id']}"
        review = {"checklist": self.checklist(), "note": "checked by marketing"}
        row = good(self.marketing.act("POST", path + "/first_review", review, self.content)).json
        self.content = good(self.marketing.act("POST", path + "/submit", None, row)).json

    def approval(self):
        findings = self.content["latest"]["screening"]["findings"]
        return {"opinion": "同意发送", "checklist": self.checklist(),
                "dispositions": [{"finding": f["index"], "decision": "dismissed", "reason": "ordinary wording here"}
                                 for f in findings if f["severity"].lower() == "review"]}

    def approve_content(self, *body, **members):
        self.content = good(self.marketing.post("/api/v1/contents", self.draft(*body) | members)).json
        self.submit_content()
        path = f"/api/v1/contents/{self.content['id']}/approve"
        self.content = good(self.compliance.act("POST", path, self.approval(), self.content)).json

    @property
    def campaign_path(self):
        return f"/api/v1/campaigns/{self.campaign['id']}"

    def draft_campaign(self, import_id):
        self.campaign = good(self.marketing.post("/api/v1/campaigns", {
            "name": "周年庆短信", "goal": "周年庆到店", "message_class": "marketing", "purpose": "",
            "content_id": self.content["id"], "audience": {"import_id": import_id},
            "planned_at": Server.now()})).json

    def hand_over(self):
        for step in ("/freeze", "/hand_over"):
            self.campaign = good(self.marketing.act("POST", self.campaign_path + step, None, self.campaign)).json
        self.campaign = good(self.technology.act("PUT", self.campaign_path + "/parameters", {
            "channel_id": self.channel["id"], "window_start_minute": 540, "window_end_minute": 1200},
            self.campaign)).json

    def pass_test(self, seconds=60):
        test = good(self.technology.act("POST", self.campaign_path + "/pre_send_tests", None, self.campaign)).json

        def finished():
            row = good(self.technology.get(f"/api/v1/pre_send_tests/{test['id']}")).json
            return row if row["state"] not in ("waiting_for_handsets", "dry_run") else None

        row = wait_until(finished, seconds, "the pre-send test")
        if row["state"] != "passed":
            raise AssertionError(f"the pre-send test: {row}")

    def start(self):
        good(self.technology.post(self.campaign_path + "/start"))

    def monitor(self):
        return good(self.technology.get(self.campaign_path + "/monitor")).json

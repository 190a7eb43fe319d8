"""A small client for programs that send through Yizhan: the standard library only, one connection, one thread.

    client = Client("https://yizhan.example", "yzp_…")
    sent = client.send("cnt_…", "13800000001", {"order": "A1"}, reference="order-A1")
    started = client.start_verification("cnt_…", "13800000001", variables={"minutes": "5"})
    client.check_verification(started["verification_id"], "482913")     # {"result": "ok", …}

Calls that send carry a key of their own, so that what is tried again after a broken connection, a busy server or
too high a rate is sent once. docs/api_for_programs.md says what each call means.
"""

import hashlib
import hmac
import http.client
import json
import time
import urllib.parse
import uuid


class Refused(Exception):
    """The server's no. `code` is what programs match on; `field` is the place, `reason` the gate's, if it was one."""

    def __init__(self, status, problem):
        self.status = status
        self.code = problem.get("code", "")
        self.reason = problem.get("reason", "")
        errors = problem.get("errors") or [{}]
        self.field = errors[0].get("field", "")
        super().__init__(f"{status} {self.code}: {problem.get('detail', '')} {self.field}".rstrip())


class Client:
    def __init__(self, base_url, key, attempts=5, timeout_s=35, sleep=time.sleep):
        self.url = urllib.parse.urlsplit(base_url)
        self.key = key
        self.attempts = attempts
        self.timeout_s = timeout_s
        self.sleep = sleep
        self.connection = None

    def send(self, content_id, number, variables=None, reference=None, valid_until=None):
        """One message; {"message_id": …} once it is on the server's disk."""
        return self._post("/api/v1/messages", message(content_id, number, variables, reference, valid_until))

    def send_all(self, messages):
        """Up to 1,000 of message(…) in one call; each is answered in `items` at its place."""
        return self._post("/api/v1/messages/batch", {"messages": messages})

    def message(self, message_id):
        return self._call("GET", "/api/v1/messages/" + urllib.parse.quote(message_id))

    def message_of(self, reference):
        """By the program's own name of it; None when there is none."""
        items = self._call("GET", "/api/v1/messages?reference=" + urllib.parse.quote(reference, safe=""))["items"]
        return items[0] if items else None

    def messages(self, limit=50):
        """All of the application's messages, the newest first, page by page."""
        after = ""
        while True:
            page = self._call("GET", f"/api/v1/messages?limit={limit}{after}")
            yield from page["items"]
            if not page.get("next_after"):
                return
            after = "&after=" + page["next_after"]

    def start_verification(self, content_id, number, **options):
        """Draws a code and sends it. Options: code_variable, variables, digits, lifetime_seconds, attempts."""
        return self._post("/api/v1/verifications", {"content_id": content_id, "number": number, **options})

    def check_verification(self, verification_id, code):
        """{"result": "ok" | "wrong" | "expired" | "replaced" | "used_up", "attempts_left": …}; tried once only, since
        each try uses up an attempt."""
        path = f"/api/v1/verifications/{urllib.parse.quote(verification_id)}/check"
        return self._call("POST", path, {"code": code}, attempts=1)

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def _post(self, path, body):
        return self._call("POST", path, body, {"Idempotency-Key": str(uuid.uuid4())})

    def _call(self, method, path, body=None, headers=None, attempts=None):
        attempts = attempts or self.attempts
        for attempt in range(1, attempts + 1):
            pause = min(2 ** (attempt - 1), 30)
            try:
                status, answered, text = self._exchange(method, path, body, headers or {})
            except (OSError, http.client.HTTPException):
                self.close()
                if attempt == attempts:
                    raise
            else:
                answer = json.loads(text) if text else {}
                if status < 400:
                    return answer
                if status not in (429, 503, 504) or attempt == attempts:
                    raise Refused(status, answer)
                pause = max(pause, int(answered.get("Retry-After") or 0))
            self.sleep(pause)

    def _exchange(self, method, path, body, headers):
        if self.connection is None:
            kind = http.client.HTTPSConnection if self.url.scheme == "https" else http.client.HTTPConnection
            self.connection = kind(self.url.netloc, timeout=self.timeout_s)
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": "Bearer " + self.key, **headers}
        if data is not None:
            headers["Content-Type"] = "application/json"
        self.connection.request(method, path, data, headers)
        response = self.connection.getresponse()
        return response.status, response.headers, response.read()


def message(content_id, number, variables=None, reference=None, valid_until=None):
    """One message of send_all(). `valid_until` is a datetime with a zone."""
    out = {"content_id": content_id, "number": number, "variables": variables or {}}
    if reference is not None:
        out["reference"] = reference
    if valid_until is not None:
        out["valid_until"] = valid_until.isoformat()
    return out


def events_of(secret, timestamp, signature, body, now=None, tolerance_s=300):
    """The events of a webhook's request; ValueError unless it is Yizhan's and fresh. `timestamp` and `signature` are
    the headers Yizhan-Timestamp and Yizhan-Signature, `body` the bytes as they came."""
    mac = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest("v1=" + mac, signature):
        raise ValueError("the signature is not right")
    if abs((time.time() if now is None else now) - int(timestamp)) > tolerance_s:
        raise ValueError("the request is too old")
    return json.loads(body)["events"]

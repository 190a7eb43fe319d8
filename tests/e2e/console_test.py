"""The console in a real browser: makes a world (server, carrier, people, a finished and a running campaign), then runs
web/tests/e2e in it. With --screenshots FOLDER only the screens are visited and pictures of them written."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from yizhan_client import PASSWORD, SOURCE_DIR, Road, Server, Simulator, customer_rows, good, wait_until

CUSTOMERS = 300
RUNNING_CUSTOMERS = 1500
SLOW_SEGMENTS_PER_SECOND = 2


class World:
    """What the browser finds. `ids` names the things that screens show."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.ids = {}
        self.simulator = Simulator(folder, seed=12, latency_ms="1..5", receipt_delay_ms="10..60",
                                   outcomes="UNDELIV/012:0.03,MK:0001/000:0.02", replies=0.05,
                                   reply_texts="谢谢:3,R:1", number_errors="0x0000000B:0.02")
        # For a channel that a spec sets up itself: a carrier gives receipts to whichever session of an account it likes.
        (self.folder / "second").mkdir()
        self.second_simulator = Simulator(self.folder / "second", seed=13, latency_ms="1..5", receipt_delay_ms="10..60")
        self.server = Server(self.folder / "data", web_dir=SOURCE_DIR / "build" / "web")
        self.road = Road(self.server)
        self.logins = {"marketing": "lin.marketing", "technology": "wu.technology", "compliance": "zhao.compliance",
                       "administrator": "admin", "customer_service": "qian.service", "auditor": "sun.auditor",
                       "second_compliance": "he.compliance"}
        self.service = self.road.person("qian.service", "customer_service")
        self.road.person("sun.auditor", "auditor")
        self.road.person("he.compliance", "compliance")

    def finished_campaign(self):
        road = self.road
        road.set_sending(receipt_overdue_seconds=20)
        road.set_up_channel(self.simulator.port, window=32)
        self.ids["channel"] = road.channel["id"]
        imported = road.import_customers(customer_rows(CUSTOMERS))
        self.ids["import"] = imported["id"]
        road.approve_content()
        self.ids["content"] = road.content["id"]
        self.ids["signature"] = road.content["signature"]["signature_id"]
        self.ids["review"] = next(r["id"] for r in road.content["reviews"] if r["kind"] == "compliance")
        road.draft_campaign(imported["id"])
        self.ids["campaign"] = road.campaign["id"]
        road.hand_over()
        road.pass_test()
        road.start()

        def completed():
            return road.monitor()["state"] == "completed"

        wait_until(completed, 120, "the campaign's end")
        campaign = good(road.marketing.get(road.campaign_path)).json
        self.ids["report"] = campaign["report_id"]
        message = good(road.technology.get(road.campaign_path + "/messages?limit=1&state=delivered")).json["items"][0]
        self.ids["message"] = message["id"]
        self.ids["customer"] = message["customer_id"]

    def running_campaign(self):
        """So slow that it runs as long as the tests do."""
        road = self.road
        imported = road.import_customers(customer_rows(RUNNING_CUSTOMERS, "1393"))
        for name in ("running_campaign", "handed_over_campaign", "planned_campaign"):
            road.draft_campaign(imported["id"])
            self.ids[name] = road.campaign["id"]
            if name == "planned_campaign":
                continue
            road.hand_over()
            if name == "handed_over_campaign":
                continue
            parameters = {"channel_id": road.channel["id"], "window_start_minute": 540, "window_end_minute": 1200,
                          "segments_per_second": SLOW_SEGMENTS_PER_SECOND}
            road.campaign = good(road.technology.act("PUT", road.campaign_path + "/parameters", parameters,
                                                     road.campaign)).json
            road.pass_test()
            road.start()

    def submitted_content(self):
        road = self.road
        approved = road.content
        draft = road.draft("{name}您好，年终消费返利，买一万元商品每天返三百，三十天全额返还，本金绝无风险，"
                           "12月1日前有效，详询门店。")
        road.content = good(road.marketing.post("/api/v1/contents", {**draft, "name": "年终活动"})).json
        findings = road.content["latest"]["screening"]["findings"]
        assert any(finding["other_kinds"] for finding in findings), f"a text that may be several kinds: {findings}"
        self.ids["submitted_content"] = road.content["id"]
        road.submit_content()
        road.content = approved

    def application(self):
        made = good(self.road.technology.post("/api/v1/applications", {
            "name": "order system", "login": "orders", "protocols": ["http"], "message_classes": ["marketing"],
            "access_code": "10690009", "channel_id": self.road.channel["id"],
            "contents": [self.road.content["id"]]})).json
        self.ids["application"] = made["id"]

    def describe(self, screenshots):
        return {"base_url": f"http://127.0.0.1:{self.server.port}", "password": PASSWORD, "logins": self.logins,
                "ids": self.ids, "folder": str(self.folder), "simulator_port": self.simulator.port,
                "second_simulator_port": self.second_simulator.port, "screenshots": screenshots}

    def stop(self):
        self.server.kill()
        self.simulator.kill()
        self.second_simulator.kill()


def in_world(command, screenshots=None):
    """The exit code of a command that is told where the world is."""
    subprocess.run(["tools/web.sh", "build"], cwd=SOURCE_DIR, check=True)
    with tempfile.TemporaryDirectory() as folder:
        world = World(folder)
        try:
            world.finished_campaign()
            world.running_campaign()
            world.submitted_content()
            world.application()
            path = pathlib.Path(folder) / "world.json"
            path.write_text(json.dumps(world.describe(screenshots)))
            run = subprocess.run(command, cwd=SOURCE_DIR, check=False,
                                 env={**os.environ, "YIZHAN_E2E_WORLD": str(path)})
            return run.returncode
        finally:
            world.stop()


def run_in_browser(files, screenshots=None):
    return in_world(["tools/web.sh", "e2e", *files], screenshots)


class Console(unittest.TestCase):
    def test_every_department_does_its_job_in_the_browser(self):
        self.assertEqual(run_in_browser([]), 0)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--screenshots"]:
        target = pathlib.Path(sys.argv[2]).resolve()
        target.mkdir(parents=True, exist_ok=True)
        sys.exit(run_in_browser(["tests/e2e/screens.e2e.ts"], str(target)))
    if sys.argv[1:2] == ["--world"]:  # for a person who writes such a test: a command, a shell for example, in the world
        sys.exit(in_world(sys.argv[2:]))
    unittest.main()

"""kill -9 of the server at random moments of a campaign, of short messages and of long ones: nothing is lost, nobody
gets it twice."""

import pathlib
import random
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from yizhan_client import OPEN_STATES, Road, Server, Simulator, customer_rows, good, run_command, wait_until

SEED = 20260302
# Two segments with signature and opt-out text.
LONG_BODY = (
    "{name}您好，本店周年庆全场八折起，11月30日前在各门店有效，每人限一次，详询门店。凡会员到店另有礼品赠送，数量有限，"
    "赠完为止，具体范围以店内公告为准。")


def closed(road, customers):
    """Messages whose fate is known, as the monitor says."""
    now = road.monitor()
    if now["state"] != "running":
        raise AssertionError(f"the campaign is {now['state']} ({now['state_reason']}): {now['by_state']}")
    return customers - sum(now["by_state"][state] for state in OPEN_STATES)


class Kill(unittest.TestCase):
    def test_no_message_is_lost_or_sent_twice(self):
        with tempfile.TemporaryDirectory() as folder:
            self.road(pathlib.Path(folder), customers=20_000, kills=40)

    def test_no_long_message_is_lost_or_sent_twice(self):
        with tempfile.TemporaryDirectory() as folder:
            self.road(pathlib.Path(folder), 6_000, 10, LONG_BODY)

    def road(self, folder, customers, kills, *body):
        simulator = Simulator(folder, seed=7, latency_ms="1..5", receipt_delay_ms="10..100", log_flush_ms=20)
        data = folder / "data"
        server = Server(data)
        try:
            road = Road(server)
            road.set_sending(receipt_overdue_seconds=5)
            road.set_up_channel(simulator.port, window=128, segments_per_second=2500)
            imported = road.import_customers(customer_rows(customers))
            self.assertEqual(imported["rows_new"], customers, imported)
            road.approve_content(*body)
            road.draft_campaign(imported["id"])
            road.hand_over()
            road.pass_test()
            road.start()
            chance = random.Random(SEED)
            moments = sorted(chance.sample(range(200, customers - 3000), kills))
            for moment in moments:
                wait_until(lambda at=moment: closed(road, customers) >= at, 120, f"{moment} messages")
                server.kill()
                server = Server(data)
                road.moved_to(server)

            def completed():
                now = road.monitor()
                return now if now["state"] == "completed" else None

            now = wait_until(completed, 240, "the campaign's end")
            states = now["by_state"]
            self.assertEqual(sum(states.values()), customers, states)
            # A kill leaves unknown at most what the link held: 2 windows of 128 (engine/channel_runtime.cc).
            self.assertLessEqual(states["unknown"], kills * 256, states)
            for state in OPEN_STATES:
                self.assertEqual(states[state], 0, states)
            campaign = good(road.marketing.get(road.campaign_path)).json
            body = good(road.marketing.get(f"/api/v1/reports/{campaign['report_id']}")).json["body"]
            self.assertEqual({s: n for s, n in states.items() if n}, body["by_state"])
            self.assertEqual(server.stop(), 0)
            self.assertEqual(simulator.stop(), 0)
            compared = run_command("reconcile", "--data-dir", data, road.campaign["id"], simulator.log)
            self.assertEqual(compared.returncode, 0, compared.stdout + compared.stderr)
            audit = run_command("audit", "verify", "--data-dir", data)
            self.assertEqual(audit.returncode, 0, audit.stdout + audit.stderr)
            print(f"killed at {moments}: {states}; {compared.stdout.strip()}; {audit.stdout.strip()}")
        finally:
            server.kill()
            simulator.kill()


if __name__ == "__main__":
    unittest.main()

"""kill -9 of the server at ten random moments of a 20,000-message campaign: nothing is lost, nobody gets it twice."""

import pathlib
import random
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from yizhan_client import OPEN_STATES, Road, Server, Simulator, customer_rows, good, run_command, wait_until

CUSTOMERS = 20_000
KILLS = 10
SEED = 20260302


def closed(road):
    """Messages whose fate is known, as the monitor says."""
    now = road.monitor()
    if now["state"] != "running":
        raise AssertionError(f"the campaign is {now['state']} ({now['state_reason']}): {now['by_state']}")
    return CUSTOMERS - sum(now["by_state"][state] for state in OPEN_STATES)


class Kill(unittest.TestCase):
    def test_no_message_is_lost_or_sent_twice(self):
        with tempfile.TemporaryDirectory() as folder:
            self.road(pathlib.Path(folder))

    def road(self, folder):
        simulator = Simulator(folder, seed=7, latency_ms="1..5", receipt_delay_ms="10..100", log_flush_ms=20)
        data = folder / "data"
        server = Server(data)
        try:
            road = Road(server)
            road.set_sending(receipt_overdue_seconds=5)
            road.set_up_channel(simulator.port, window=128, segments_per_second=2500)
            imported = road.import_customers(customer_rows(CUSTOMERS))
            self.assertEqual(imported["rows_new"], CUSTOMERS, imported)
            road.approve_content()
            road.draft_campaign(imported["id"])
            road.hand_over()
            road.pass_test()
            road.start()
            chance = random.Random(SEED)
            moments = sorted(chance.sample(range(200, CUSTOMERS - 3000), KILLS))
            for moment in moments:
                wait_until(lambda at=moment: closed(road) >= at, 120, f"{moment} messages")
                server.kill()
                server = Server(data)
                road.moved_to(server)

            def completed():
                now = road.monitor()
                return now if now["state"] == "completed" else None

            now = wait_until(completed, 240, "the campaign's end")
            states = now["by_state"]
            self.assertEqual(sum(states.values()), CUSTOMERS, states)
            # A kill leaves unknown at most what the link held: 2 windows of 128 (engine/channel_runtime.cc).
            self.assertLessEqual(states["unknown"], KILLS * 256, states)
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

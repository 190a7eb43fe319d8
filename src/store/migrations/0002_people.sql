-- How many tests a handset got within a day is asked at every test.
CREATE INDEX campaign_test_by_time ON campaign_test (started_at);

-- 0 = by channel_id alone. With a route channel_id is its first choice as the account was last saved.
ALTER TABLE application ADD COLUMN route_id INTEGER NOT NULL DEFAULT 0;

-- Questions after messages whose receipts do not come: how often the carrier was asked, and when it is again.
ALTER TABLE receipt_wait ADD COLUMN asked INTEGER NOT NULL DEFAULT 0;
ALTER TABLE receipt_wait ADD COLUMN ask_at INTEGER NOT NULL DEFAULT 0;

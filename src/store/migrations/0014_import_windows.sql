-- Imports are written window by window, each in the order of an index of the store.

-- Refused rows are told in the order of their lines.
CREATE INDEX import_refused_row_by_line ON import_refused_row (import_id, line, ordinal);

-- By what a customer is found by name. A table of its own and no index of customer: an import writes customers in the order of
-- their numbers' hashes, and these later in theirs.
CREATE TABLE customer_name (
  name_index   BLOB    NOT NULL,
  customer_id  INTEGER NOT NULL,
  PRIMARY KEY (name_index, customer_id)
) STRICT, WITHOUT ROWID;
INSERT INTO customer_name (name_index, customer_id) SELECT name_index, id FROM customer WHERE name_index IS NOT NULL ORDER BY name_index, id;
DROP INDEX customer_by_name;

-- What the console shows of customers and channels.

-- Newest first over all customers; grows at its end.
CREATE INDEX consent_event_by_time ON consent_event (recorded_at, id);

-- Policy 2.3.3: consents that customer service is asked to confirm.
CREATE TABLE consent_task (
  id             INTEGER NOT NULL PRIMARY KEY,
  customer_id    INTEGER NOT NULL REFERENCES customer (id),
  message_class  INTEGER NOT NULL,
  purpose        TEXT   NOT NULL,
  question       TEXT   NOT NULL,            -- nothing personal
  state          INTEGER NOT NULL,            -- domain::ConsentTaskState
  requested_by   INTEGER NOT NULL,
  requested_at   INTEGER NOT NULL,
  due_at         INTEGER NOT NULL,            -- never changes: lists page by it
  decided_by     INTEGER NOT NULL,
  decided_at     INTEGER NOT NULL,
  note           TEXT   NOT NULL,
  evidence_id    INTEGER NOT NULL,
  event_id       INTEGER NOT NULL,            -- the consent_event that the decision appended
  version        INTEGER NOT NULL
) STRICT;
CREATE INDEX consent_task_by_due ON consent_task (due_at, id);
CREATE INDEX consent_task_by_state ON consent_task (state, due_at, id);
CREATE INDEX consent_task_by_customer ON consent_task (customer_id, due_at, id);

-- How each channel stood; numbered per channel from 1, the oldest are taken away.
CREATE TABLE channel_event (
  channel_id      INTEGER NOT NULL,
  number          INTEGER NOT NULL,
  at              INTEGER NOT NULL,
  state           INTEGER NOT NULL,           -- domain::ChannelState
  detail          TEXT   NOT NULL,
  sessions_bound  INTEGER NOT NULL,
  PRIMARY KEY (channel_id, number)
) STRICT, WITHOUT ROWID;

-- What frequency_use rows that are gone said: when a campaign last sent to the customer.
CREATE TABLE customer_sent (
  customer_id   INTEGER NOT NULL PRIMARY KEY,
  last_sent_at  INTEGER NOT NULL
) STRICT;

CREATE INDEX inbound_message_by_time ON inbound_message (customer_id, received_at);

-- The batches whose messages are the newest, for the messages of one customer.
CREATE INDEX batch_by_last_message ON batch (last_message_id);

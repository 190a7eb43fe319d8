-- What the console's review and effect pages look for.
CREATE INDEX campaign_by_content ON campaign (content_id, id);
CREATE INDEX inbound_message_by_batch ON inbound_message (batch_id, received_at);

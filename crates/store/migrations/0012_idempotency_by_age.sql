CREATE INDEX min_idempotency_by_age ON min_idempotency (created_ms);

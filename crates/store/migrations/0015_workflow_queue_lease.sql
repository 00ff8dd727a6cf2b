ALTER TABLE min_workflow_queue ADD COLUMN lease_until_ms BIGINT NOT NULL DEFAULT 0;

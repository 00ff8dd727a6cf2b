-- As the text for SQLite: MySQL knows no partial index, but passes over NULL.
ALTER TABLE min_workflow_queue
    ADD COLUMN active_app VARCHAR(63) GENERATED ALWAYS AS (CASE WHEN state IN ('queued', 'running') THEN app_id END) STORED,
    ADD UNIQUE INDEX min_workflow_queue_one_active (active_app);

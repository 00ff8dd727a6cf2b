CREATE INDEX min_workflow_queue_by_state ON min_workflow_queue (state, created_ms);

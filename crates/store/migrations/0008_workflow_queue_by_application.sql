CREATE UNIQUE INDEX min_workflow_queue_by_application ON min_workflow_queue (app_id, seq);

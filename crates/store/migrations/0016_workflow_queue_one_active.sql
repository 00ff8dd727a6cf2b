-- One taken task of an application (decision 32), also when several processes take tasks at once.
CREATE UNIQUE INDEX min_workflow_queue_one_active ON min_workflow_queue (app_id)
    WHERE state IN ('queued', 'running');

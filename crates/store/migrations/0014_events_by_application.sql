CREATE INDEX min_events_by_application ON min_events (app_id, id);

CREATE INDEX min_applications_by_change ON min_applications (updated_ms, id);

CREATE UNIQUE INDEX min_applications_by_name ON min_applications (namespace, name);

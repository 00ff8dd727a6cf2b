-- What happened to applications. The newest of each are kept.
CREATE TABLE min_events (
    id BIGINT NOT NULL PRIMARY KEY,
    app_id VARCHAR(63) NOT NULL,
    task_id VARCHAR(64) NOT NULL,
    component VARCHAR(63) NOT NULL,
    warning BIGINT NOT NULL,
    reason TEXT NOT NULL,
    message TEXT NOT NULL,
    at_ms BIGINT NOT NULL
);

-- Jobs of tasks, one row an object.
CREATE TABLE min_job (
    task_id VARCHAR(64) NOT NULL,
    place BIGINT NOT NULL,
    step BIGINT NOT NULL,
    component VARCHAR(63) NOT NULL,
    kind VARCHAR(63) NOT NULL,
    name VARCHAR(253) NOT NULL,
    priority BIGINT NOT NULL,
    action VARCHAR(16) NOT NULL,
    state VARCHAR(16) NOT NULL,
    reason TEXT NOT NULL,
    message TEXT NOT NULL,
    changed BIGINT NOT NULL,
    queued_ms BIGINT NOT NULL,
    started_ms BIGINT NOT NULL,
    finished_ms BIGINT NOT NULL,
    attempt BIGINT NOT NULL,
    PRIMARY KEY (task_id, place)
);

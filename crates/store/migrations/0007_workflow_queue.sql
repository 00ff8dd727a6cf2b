-- Tasks. The plan stands last: it is long and most readers do without it.
CREATE TABLE min_workflow_queue (
    id VARCHAR(64) NOT NULL PRIMARY KEY,
    app_id VARCHAR(63) NOT NULL,
    seq BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    state VARCHAR(16) NOT NULL,
    reason TEXT NOT NULL,
    message TEXT NOT NULL,
    cancel_requested BIGINT NOT NULL,
    cancel_reason TEXT NOT NULL,
    deletion BIGINT NOT NULL,
    options TEXT NOT NULL,
    owner VARCHAR(255) NOT NULL,
    fence BIGINT NOT NULL,
    attempt BIGINT NOT NULL,
    created_ms BIGINT NOT NULL,
    started_ms BIGINT NOT NULL,
    finished_ms BIGINT NOT NULL,
    plan LONGTEXT NOT NULL
);

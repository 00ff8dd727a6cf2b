-- Answers to requests with an Idempotency-Key. Key and body are keyed digests.
CREATE TABLE min_idempotency (
    id VARCHAR(64) NOT NULL PRIMARY KEY,
    body VARCHAR(64) NOT NULL,
    app_id VARCHAR(63) NOT NULL,
    revision BIGINT NOT NULL,
    task_id VARCHAR(64) NOT NULL,
    changed BIGINT NOT NULL,
    created_ms BIGINT NOT NULL
);

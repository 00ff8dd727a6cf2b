CREATE TABLE min_replica (
    id VARCHAR(255) NOT NULL PRIMARY KEY,
    slots BIGINT NOT NULL,
    version VARCHAR(64) NOT NULL,
    started_ms BIGINT NOT NULL,
    seen_ms BIGINT NOT NULL
);

-- Status of components, in the order of the document.
CREATE TABLE min_app_components (
    app_id VARCHAR(63) NOT NULL,
    name VARCHAR(63) NOT NULL,
    place BIGINT NOT NULL,
    kind VARCHAR(32) NOT NULL,
    status VARCHAR(16) NOT NULL,
    replicas BIGINT NOT NULL,
    ready_replicas BIGINT NOT NULL,
    reason TEXT NOT NULL,
    message TEXT NOT NULL,
    updated_ms BIGINT NOT NULL,
    PRIMARY KEY (app_id, name)
);

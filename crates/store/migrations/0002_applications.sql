-- One row an application. Its document stands with the revision.
CREATE TABLE min_applications (
    id VARCHAR(63) NOT NULL PRIMARY KEY,
    name VARCHAR(253) NOT NULL,
    namespace VARCHAR(63) NOT NULL,
    revision BIGINT NOT NULL,
    digest VARCHAR(64) NOT NULL,
    search TEXT NOT NULL,
    stopped TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    inventory LONGTEXT NOT NULL
);

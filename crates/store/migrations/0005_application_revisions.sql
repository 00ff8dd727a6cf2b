-- Every document an application ever had. Secret values in it are sealed.
CREATE TABLE min_application_revisions (
    app_id VARCHAR(63) NOT NULL,
    revision BIGINT NOT NULL,
    cause TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    document LONGTEXT NOT NULL,
    PRIMARY KEY (app_id, revision)
);

-- What the database itself must know: names with a text or a number.
CREATE TABLE min_meta (
    name VARCHAR(64) NOT NULL PRIMARY KEY,
    value TEXT NOT NULL,
    number BIGINT NOT NULL
);

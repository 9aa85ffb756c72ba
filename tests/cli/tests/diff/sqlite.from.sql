PRAGMA foreign_keys = OFF;
BEGIN;
CREATE TABLE author (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name VARCHAR(20) NOT NULL DEFAULT 'x',
    age INT CHECK (age > 1),
    doubled INT GENERATED ALWAYS AS (age * 2) VIRTUAL,
    CONSTRAINT name_is_long CHECK (length(name) > 1)
);
CREATE INDEX author_lower ON author (lower(name));
CREATE TABLE book (
    id INTEGER NOT NULL,
    author_id INTEGER REFERENCES author (id) ON DELETE CASCADE,
    title TEXT,
    PRIMARY KEY (id, title)
) WITHOUT ROWID;
CREATE TABLE plain (id INTEGER PRIMARY KEY, text TEXT);
CREATE TABLE gone (id INTEGER PRIMARY KEY);
CREATE VIEW everybody AS SELECT 1 AS one;
CREATE TRIGGER author_named AFTER INSERT ON author BEGIN
    UPDATE plain SET text = 'a;b';
    SELECT CASE WHEN 1 THEN 2 END;
END;
COMMIT;

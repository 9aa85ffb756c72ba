CREATE TABLE author (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name VARCHAR(30) NOT NULL COLLATE NOCASE,
    age INT CHECK (age > 2),
    doubled INT GENERATED ALWAYS AS (age * 3) VIRTUAL,
    born DATE,
    CONSTRAINT name_is_not_short CHECK (length(name) > 1),
    UNIQUE (name)
);
CREATE INDEX author_lower ON author (lower(name) DESC);
CREATE TABLE book (
    id INTEGER NOT NULL,
    author_id INTEGER REFERENCES author (id) ON DELETE SET NULL,
    title TEXT,
    PRIMARY KEY (id, title)
);
CREATE TABLE plain (id INTEGER PRIMARY KEY, text TEXT) STRICT;
CREATE TABLE made ("ünï;code" TEXT DEFAULT 'a;b');
CREATE INDEX made_some ON made ("ünï;code") WHERE "ünï;code" <> ';';
CREATE TRIGGER author_named AFTER INSERT ON author BEGIN
    UPDATE plain SET text = 'a;b';
    SELECT CASE WHEN 1 THEN 2 END;
END;

CREATE TABLE author (
    id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name varchar(20) NOT NULL DEFAULT 'x',
    hidden int NOT NULL DEFAULT 1 INVISIBLE,
    note text,
    age int CHECK (age > 1),
    doubled int GENERATED ALWAYS AS (age * 2) VIRTUAL,
    CONSTRAINT name_is_long CHECK (length(name) > 1)
) COMMENT 'who writes; and what''s more';
CREATE INDEX author_start ON author (name(5));
CREATE FULLTEXT INDEX author_note ON author (note);
CREATE TABLE book (
    id int NOT NULL PRIMARY KEY,
    author_id bigint,
    title varchar(30),
    changed datetime DEFAULT current_timestamp() ON UPDATE current_timestamp(),
    CONSTRAINT book_author FOREIGN KEY (author_id) REFERENCES author (id) ON DELETE CASCADE
) COLLATE = utf8mb4_unicode_ci ROW_FORMAT = COMPRESSED;
CREATE TABLE gone (id int NOT NULL PRIMARY KEY) ENGINE = MyISAM;
CREATE VIEW everybody AS SELECT 1 AS one;

CREATE TABLE author (
    id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name varchar(30) NOT NULL,
    hidden int NOT NULL DEFAULT 1,
    note text,
    age int CHECK (age > 2),
    doubled int GENERATED ALWAYS AS (age * 3) VIRTUAL,
    born date COMMENT 'the day',
    CONSTRAINT name_is_not_short CHECK (length(name) > 1),
    CONSTRAINT name_is_kept UNIQUE (name)
);
CREATE INDEX author_start ON author (name(7));
CREATE TABLE book (
    id int NOT NULL PRIMARY KEY,
    author_id bigint,
    title varchar(30),
    changed datetime DEFAULT current_timestamp(),
    CONSTRAINT book_by FOREIGN KEY (author_id) REFERENCES author (id) ON DELETE SET NULL
);
CREATE TABLE made (
    `ünï;code` varchar(9) DEFAULT 'a;\\b' COLLATE utf8mb4_bin
) COLLATE = utf8mb4_unicode_ci;
DELIMITER //
CREATE TRIGGER made_first BEFORE INSERT ON made FOR EACH ROW BEGIN
    SET @a = 1;
    SET @b = 2;
END //
DELIMITER ;

CREATE SCHEMA new;
CREATE TYPE mood AS ENUM ('sad', 'fine', 'ok');
CREATE DOMAIN email AS text CHECK (VALUE <> '');
CREATE SEQUENCE ticket INCREMENT BY 5 CACHE 3;
CREATE TABLE author (
    id bigint GENERATED ALWAYS AS IDENTITY (START WITH 7) PRIMARY KEY,
    name varchar(30) COLLATE "C" NOT NULL,
    mail email,
    mood mood DEFAULT 'fine',
    number integer NOT NULL,
    born date,
    CONSTRAINT name_is_not_short CHECK (length(name) > 1),
    CONSTRAINT name_is_kept UNIQUE (name)
);
COMMENT ON COLUMN author.born IS 'the day';
CREATE INDEX author_lower ON author (lower(name) DESC);
CREATE INDEX author_feels ON author (mood);
CREATE TABLE booking (
    id integer PRIMARY KEY,
    room integer NOT NULL,
    during tsrange,
    doubled integer GENERATED ALWAYS AS (room * 3) STORED,
    author_id bigint CONSTRAINT booking_by REFERENCES author (id) ON DELETE CASCADE,
    CONSTRAINT no_overlap EXCLUDE USING gist (during WITH -|-)
);
CREATE TABLE new.thing (id integer PRIMARY KEY, "ünï;code" text DEFAULT 'a;b');
CREATE INDEX thing_some ON new.thing (id) WHERE id > 0;
CREATE FUNCTION one() RETURNS integer LANGUAGE sql AS $$ SELECT 1; $$;

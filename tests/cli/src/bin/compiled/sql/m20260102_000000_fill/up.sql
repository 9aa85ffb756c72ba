-- fill
--
-- Revises: m20260101_000000_create_note

INSERT INTO note (id, text) VALUES (1, 'one'), (2, 'two');

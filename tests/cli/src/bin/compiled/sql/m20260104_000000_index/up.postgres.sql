-- index
--
-- Revises: m20260103_000000_more
-- seadrift: no-transaction

CREATE INDEX CONCURRENTLY by_text ON note (text);

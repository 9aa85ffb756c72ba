-- index
--
-- Revises: m20260103_000000_more

CREATE INDEX by_text ON note (text);

DROP INDEX by_text ON note;

DROP INDEX by_text;

-- Which customers an import held: those that it added say so themselves, with the line of the file where the number stands first;
-- import_customer has the others, and all of the imports before this.
ALTER TABLE customer ADD COLUMN import_line INTEGER NOT NULL DEFAULT 0;

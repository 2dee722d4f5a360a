"""HTTP: problems, tokens, idempotent writes, and the pages' common look."""

"""The ledger of texts, and the ways to phones."""

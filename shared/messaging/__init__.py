"""The bus: topology as data, outbox, inbox, retries, dead letters."""

"""The mailbox as it lies on a server or in files."""

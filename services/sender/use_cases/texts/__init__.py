"""Sending texts (D7)."""

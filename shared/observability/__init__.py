"""Logs, health and figures."""

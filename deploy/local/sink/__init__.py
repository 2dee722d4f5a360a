"""A mail server that delivers nothing: it keeps every message, and answers as its rules say."""

from deploy.local.sink.rules import Rule, write_rules
from deploy.local.sink.store import Follower, Mailbox, Received, read_messages

__all__ = ["Follower", "Mailbox", "Received", "Rule", "read_messages", "write_rules"]

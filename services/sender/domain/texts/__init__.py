"""Text messages (D7): short, urgent, in daytime only."""

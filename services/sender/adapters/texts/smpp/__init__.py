"""SMPP 3.4: requests are written by aiosmpplib, answers are read here (docs/decisions/0073)."""

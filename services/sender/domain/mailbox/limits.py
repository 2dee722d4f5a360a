"""How much of a message is read. What lies beyond is not looked at, and the evidence says so."""

OCTETS = 64 * 2**20
LINES = 1_000_000
LINE_OCTETS = 16_384
"""A longer line is read in pieces of this length. RFC 5322 §2.1.1 allows 998."""
PARTS = 100
DEPTH = 20
FIELDS = 200
"""Header fields of one part."""
FIELD_OCTETS = 4_096
BODY_OCTETS = 65_536
"""Of one part."""
KEPT_OCTETS = 2**20
"""Of all parts together, header fields included."""
EVIDENCE_CHARACTERS = 300

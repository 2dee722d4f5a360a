"""What comes back to the shared address: what it is, for whom, how bad, and why we say so."""

"""Read what comes back to the shared address."""

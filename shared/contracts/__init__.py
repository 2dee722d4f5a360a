"""Every message on the bus. A released version never changes except by an added optional field."""

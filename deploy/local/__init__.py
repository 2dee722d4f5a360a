"""One machine without containers: a private PostgreSQL, a private RabbitMQ and a mail sink (DESIGN §5)."""

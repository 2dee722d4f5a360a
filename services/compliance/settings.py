"""Settings of compliance."""

from shared.settings import ServiceSettings


class ComplianceSettings(ServiceSettings):
    """Compliance needs to know what every service does, and nothing besides."""

"""What all tests have: servers of their own."""

pytest_plugins = ["tests.support.servers"]

"""``python -m deploy.cli``."""

from deploy.cli.main import app

app(prog_name="onsdag")

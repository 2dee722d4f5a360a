"""The command line. Each command imports what it needs when it runs, so that a container needs no more."""

import typer

from deploy.cli import bench, bus, mailbox, serving, tokens
from deploy.cli.chaos import chaos
from deploy.cli.checking import check, documents, run_tests
from deploy.cli.demo import demo
from deploy.importing.command import import_command

app = typer.Typer(
    name="onsdag",
    help="One mail a week: merged mailings and member care for membership organisations.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    add_completion=False,
)

app.command()(demo)
app.command("test", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(run_tests)
app.command()(check)
app.command()(documents)
app.command()(chaos)
app.command()(serving.serve)
app.command()(serving.migrate)
app.command("import")(import_command)
app.add_typer(bus.app, name="bus", help="Look at the bus: dead letters, and their return.")
app.add_typer(mailbox.app, name="mailbox", help="Look at what comes back to the shared address.")
app.add_typer(bench.app, name="bench", help="Measure.")
app.add_typer(tokens.app, name="token", help="Tokens for the APIs.")

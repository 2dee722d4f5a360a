"""``onsdag bench``: each figure as a ratio to a bare baseline in the same run."""

import typer

app = typer.Typer(no_args_is_help=True)

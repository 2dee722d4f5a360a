"""``onsdag token``: who may call the APIs."""

from datetime import timedelta
from typing import Annotated

import typer

from shared.clock import clock_from
from shared.settings import ServiceSettings
from shared.web.tokens import ROLES, ApiTokens, Role

app = typer.Typer(no_args_is_help=True)


@app.callback()
def tokens() -> None:
    """Tokens for the APIs."""


@app.command()
def create(
    role: Annotated[str, typer.Option(help=f"One of {', '.join(ROLES)}.")],
    subject: Annotated[str, typer.Option(help="The person's e-mail address, or a program's name.")],
    days: Annotated[int, typer.Option(help="How long it holds.", min=1, max=3650)] = 365,
) -> None:
    """Print a token. To take it back later, put its id (on standard error) in ONSDAG_REVOKED_TOKENS."""
    if role not in ROLES:
        raise typer.BadParameter(f"{role!r} is none of {', '.join(ROLES)}", param_hint="--role")
    settings = ServiceSettings()
    issuer = ApiTokens(settings.secret, clock_from(settings.clock))
    token = issuer.issue(subject, _role(role), timedelta(days=days))
    typer.echo(f"id {issuer.read(token).token_id}, holds for {days} days", err=True)
    typer.echo(token)


def _role(name: str) -> Role:
    return next(role for role in ROLES if role == name)

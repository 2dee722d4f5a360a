"""Databases for tests, on one PostgreSQL server."""

import secrets

import asyncpg
from sqlalchemy.engine import URL, make_url


class Databases:
    """Makes and drops databases; a name is never used twice."""

    def __init__(self, server_url: str) -> None:
        """``server_url`` names a database to connect to, as a user who may create databases."""
        self._server = make_url(server_url)
        self._made: list[str] = []

    async def create(self, *, template: str | None = None) -> str:
        """Return the URL of a new database: empty, or a copy of the one that ``template`` is the URL of."""
        name = f"onsdag_test_{secrets.token_hex(6)}"
        original = "template0" if template is None else make_url(template).database
        await self._run(f'CREATE DATABASE "{name}" TEMPLATE "{original}"')
        self._made.append(name)
        return self._server.set(database=name).render_as_string(hide_password=False)

    async def drop(self, url: str) -> None:
        """Drop a database, whoever still uses it."""
        name = make_url(url).database
        assert name in self._made
        await self._run(f'DROP DATABASE "{name}" WITH (FORCE)')
        self._made.remove(name)

    async def drop_all(self) -> None:
        for name in list(self._made):
            await self.drop(str(self._server.set(database=name)))

    async def _run(self, statement: str) -> None:
        connection = await asyncpg.connect(driverless(self._server))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


def driverless(url: URL | str) -> str:
    """Return a URL as asyncpg itself reads it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)

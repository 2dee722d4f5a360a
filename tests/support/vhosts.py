"""Vhosts for tests, through the HTTP API of one RabbitMQ."""

import secrets
from urllib.parse import quote, urlsplit, urlunsplit

import httpx

from deploy.local.process import LocalServerError
from deploy.local.stack import ServerUrls


class Vhosts:
    """Makes and deletes vhosts; a name is never used twice."""

    def __init__(self, servers: ServerUrls) -> None:
        if servers.management_url is None:
            raise LocalServerError(
                "The tests make vhosts in the RabbitMQ that ONSDAG_AMQP_URL names: set "
                "ONSDAG_AMQP_MANAGEMENT_URL to its HTTP API (http://user:password@host:15672), "
                "or leave ONSDAG_AMQP_URL out."
            )
        self._amqp = urlsplit(servers.amqp_url)
        self._api = servers.management_url.rstrip("/")
        self._made: list[str] = []

    async def create(self) -> str:
        """Return the URL of a new vhost with nothing in it."""
        name = f"onsdag-test-{secrets.token_hex(6)}"
        everything = {"configure": ".*", "write": ".*", "read": ".*"}
        await self._call("PUT", f"/api/vhosts/{name}")
        self._made.append(name)
        user = quote(self._amqp.username or "guest", safe="")
        await self._call("PUT", f"/api/permissions/{name}/{user}", everything)
        return urlunsplit(self._amqp._replace(path=f"/{name}"))

    async def delete(self, url: str) -> None:
        """Delete a vhost with all its queues; its connections are closed."""
        name = urlsplit(url).path.removeprefix("/")
        await self._call("DELETE", f"/api/vhosts/{name}")
        self._made.remove(name)

    async def queues(self, url: str) -> dict[str, int]:
        """Return how many messages each queue of a vhost holds, ready or not yet acknowledged."""
        name = urlsplit(url).path.removeprefix("/")
        found = await self._call("GET", f"/api/queues/{name}")
        return {queue["name"]: queue.get("messages", 0) for queue in found.json()}

    async def delete_all(self) -> None:
        for name in list(self._made):
            await self.delete(f"/{name}")

    async def _call(self, method: str, path: str, body: dict[str, str] | None = None) -> httpx.Response:
        async with httpx.AsyncClient(timeout=30, trust_env=False) as client:
            response = await client.request(method, self._api + path, json=body)
            return response.raise_for_status()

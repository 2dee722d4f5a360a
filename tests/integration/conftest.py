"""A migrated database to copy, and a small register with its orders."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from deploy.demo.registering import take_in
from deploy.demo.result import Result
from deploy.demo.surroundings import Inputs
from deploy.importing.orders import OrdersFile
from deploy.local.mail import PrivateSink
from deploy.topology import SERVICES
from shared.persistence.migrations import upgrade
from tests.support.databases import Databases
from tests.support.house import House, house

MONDAY = datetime(2027, 2, 8, 9, 0, tzinfo=ZoneInfo("Europe/Stockholm"))

HEADER = (
    "Person-id;Förnamn;Efternamn;E-post;Språk;Enhets-id;Enhet;Enhetstyp;Region;"
    "Uppdrag;Gäller från;Gäller till;Avböjt utskick\n"
)
REGISTER = """\
1;Åsa;Öberg;asa@example.se;sv;1280;Malmö;krets;Skåne;utskicksansvarig;2026-01-01;;nej
2;Bo;Ek;bo@example.se;sv;1280;Malmö;krets;Skåne;ordförande;2026-01-01;;nej
3;Cilla;Lund;cilla@example.se;sv;1280;Malmö;krets;Skåne;kassör;2026-01-01;;nej
4;Dan;Strand;dan@example.se;sv;1480;Göteborg;krets;Västra Götaland;ordförande;2026-01-01;;nej
5;Eva;Holm;par@example.se;sv;1480;Göteborg;krets;Västra Götaland;ordförande;2026-01-01;;nej
6;Finn;Holm;PAR@example.se;sv;1480;Göteborg;krets;Västra Götaland;kassör;2026-01-01;;nej
7;Gun;Berg;;sv;1480;Göteborg;krets;Västra Götaland;ordförande;2026-01-01;;nej
8;Hugo;Dal;hugo@example.se;sv;1480;Göteborg;krets;Västra Götaland;ordförande;2026-01-01;;ja
"""


@pytest.fixture(scope="session")
async def database_template(databases: Databases) -> str:
    """A database with every schema at its newest revision."""
    url = await databases.create()
    for service in SERVICES:
        await asyncio.to_thread(upgrade, service, url)
    return url


@pytest.fixture
def register(tmp_path: Path) -> Path:
    path = tmp_path / "crm-export.csv"
    path.write_text(HEADER + REGISTER, encoding="cp1252")
    return path


@pytest.fixture
async def running(
    fresh_database: str, fresh_vhost: str, sink: PrivateSink, tmp_path: Path, register: Path
) -> AsyncIterator[House]:
    """The house on Monday morning, with the register taken in."""
    async with house(fresh_database, fresh_vhost, sink, tmp_path, MONDAY) as made:
        await take_in(Inputs(register, OrdersFile(())), made.around, Result())
        yield made

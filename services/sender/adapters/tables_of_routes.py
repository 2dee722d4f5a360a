"""How fast mail may go, by relay and by provider, and the providers in trouble."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Double,
    Integer,
    MetaData,
    String,
    Table,
    func,
    text,
)

from services.sender.domain.buckets import MOST_RETURNS, Period
from services.sender.domain.providers import Flow

_MOMENT = DateTime(timezone=True)


def _among(column: str, values: type[Period] | type[Flow]) -> str:
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"


def add_route_tables(metadata: MetaData) -> tuple[Table, Table]:
    """Return ``bucket`` and ``provider``."""
    return _bucket(metadata), _provider(metadata)


def _bucket(metadata: MetaData) -> Table:
    """Tokens of a relay or provider at a moment of the database's clock; since then more have come.

    ``kept_until``: until then editions get none, for a one-to-one mail waits. ``coming``: of an hour or a
    day, how many tokens come back at each moment of ``due``, soonest first; all others are there.
    """
    return Table(
        "bucket",
        metadata,
        Column("name", String(300), primary_key=True),
        Column("period", String(6), primary_key=True),
        Column("tokens", Double, nullable=False),
        Column("at", _MOMENT, nullable=False),
        Column("kept_until", _MOMENT),
        Column("due", ARRAY(_MOMENT), nullable=False, server_default=text("'{}'")),
        Column("coming", ARRAY(Integer), nullable=False, server_default=text("'{}'")),
        CheckConstraint(_among("period", Period), name="period"),
        CheckConstraint("tokens >= 0", name="tokens"),
        CheckConstraint("cardinality(due) = cardinality(coming) AND 0 < ALL (coming)", name="coming"),
        CheckConstraint(
            f"cardinality(due) <= {MOST_RETURNS} AND (period IN ('hour', 'day') OR due = '{{}}')", name="due"
        ),
    )


def _provider(metadata: MetaData) -> Table:
    """Providers that gave trouble lately.

    ``blames``: the numbers, counted like ``answers``, of the last that blamed us. ``rate``: mails a second
    while slowed; ``ceiling``: from which on it flows freely.
    """
    return Table(
        "provider",
        metadata,
        Column("name", String(253), primary_key=True),
        Column("flow", String(7), nullable=False),
        Column("rate", Double),
        Column("ceiling", Double),
        Column("answers", BigInteger, nullable=False, server_default=text("0")),
        Column("blames", ARRAY(BigInteger), nullable=False, server_default=text("'{}'")),
        Column("reply", String(500), nullable=False, server_default=text("''")),
        Column("changed_at", _MOMENT, nullable=False, server_default=func.now()),
        Column("troubled_at", _MOMENT, nullable=False, server_default=func.now()),
        Column("resumed_by", String(320)),
        Column("resumed_why", String(500)),
        CheckConstraint(_among("flow", Flow), name="flow"),
        CheckConstraint("(flow = 'slowed') = (rate IS NOT NULL)", name="rate"),
        CheckConstraint("(rate IS NULL) = (ceiling IS NULL)", name="ceiling"),
        CheckConstraint("rate > 0 AND ceiling >= rate", name="pace"),
        CheckConstraint("(resumed_by IS NULL) = (resumed_why IS NULL)", name="resumed"),
    )

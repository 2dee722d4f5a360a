"""One order alone as SQL: whom it reaches, and whom it leaves out for which reason, as counts.

For one order no bits are needed. The names in its audience are looked up first (``KEYS``); the statement that
counts has their numbers as parameters, so that the planner knows from its statistics how many they take, and
looks only at what the audience names. Tests compare it with the freeze.
"""

from services.scheduler.adapters.audience_sql import ASKED, NOT_VALID, PLACED, VALID
from services.scheduler.adapters.earlier_sql import EARLIER
from shared.contracts.intake import Audience

REASONS = (
    "",
    "erased",
    "assignment_not_valid",
    "excluded_by_order",
    "missing_address",
    "invalid_address",
    "dead_address",
    "opted_out",
    "opted_out_unit",
)
"""By the number that the statement gives them: numbers are faster to group by than words. The strongest
comes first."""

KEYS = f"""
    WITH RECURSIVE {PLACED.format(source=ASKED)}
    SELECT coalesce(array_agg(DISTINCT type_key), '{{}}') AS types,
        coalesce(array_agg(DISTINCT unit_key), '{{}}') AS units,
        coalesce(array_agg(DISTINCT unit_key) FILTER (WHERE closed), '{{}}') AS closed,
        count(DISTINCT unit_key) = (SELECT count(*) FROM unit) AS everywhere,
        ARRAY(SELECT profile_key FROM profile
            WHERE (CAST(:agreements AS text[]) = '{{}}' OR agreements && CAST(:agreements AS text[]))
              AND (CAST(:groups AS text[]) = '{{}}' OR occupational_groups && CAST(:groups AS text[]))
        ) AS profiles,
        ARRAY(SELECT profile_key FROM profile WHERE agreements && CAST(:barred_agreements AS text[])
            OR occupational_groups && CAST(:barred_groups AS text[])) AS barred_profiles,
        ARRAY(SELECT type_key FROM assignment_type WHERE name = ANY(CAST(:barred_types AS text[])))
            AS barred_types,
        ARRAY(SELECT unit_key FROM unit WHERE unit_id = ANY(CAST(:barred_units AS text[]))
            OR region = ANY(CAST(:barred_regions AS text[]))) AS shut
    FROM type_cell
"""  # noqa: S608  # constants
"""The numbers of what an audience names. ``everywhere``: it names every unit there is."""

_NAMES = """NOT ended AND type_key = ANY(CAST(:types AS bigint[]))
      AND (CAST(:everywhere AS boolean) OR unit_key = ANY(CAST(:units AS bigint[])))"""
_CLOSED = "unit_key = ANY(CAST(:closed AS bigint[]))"
_HOLDS = f"{_NAMES} AND NOT {_CLOSED} AND {VALID}"
_SHUT = "unit_key = ANY(CAST(:shut AS bigint[]))"
"""Conditions on an assignment: the order names it, it holds on the day, it is not to count."""

_ASKED_BEFORE = f"""
    placed AS (
        SELECT CAST(:recipients_of AS uuid[]) AS recipients_of, CAST(:audience AS jsonb) AS audience
    ),
    {EARLIER}"""

_HOLD_BARRED = f"""
    SELECT person_key FROM assignment JOIN unit USING (unit_key)
    WHERE type_key = ANY(CAST(:barred_types AS bigint[])) AND NOT ended AND NOT closed AND {VALID}"""  # noqa: S608  # constants

_GOT_ASKED = "SELECT person_key FROM earlier WHERE order_id = ANY(CAST(:recipients_of AS uuid[]))"
_GOT_BARRED = "SELECT person_key FROM earlier WHERE order_id = ANY(CAST(:barred_orders AS uuid[]))"

_HOLD_SHUT = f"""
    SELECT person_key FROM assignment AS here WHERE {_HOLDS} AND {_SHUT} AND NOT EXISTS (
        SELECT FROM assignment WHERE person_key = here.person_key AND {_HOLDS} AND NOT {_SHUT})"""  # noqa: S608  # constants

_BARRED = "barred AS (SELECT DISTINCT person_key FROM ({any_of}) AS each_reason)"

_JUDGED = """
    judged AS (
        SELECT mailbox_key, CASE WHEN erased THEN 1 {excluded} WHEN email_status = 'missing' THEN 4
            WHEN email_status = 'invalid' THEN 5 ELSE coalesce(stop, 0) END AS reason
        FROM person LEFT JOIN (
            SELECT mailbox_key,
                min(CASE scope WHEN 'address' THEN 6 WHEN 'organisation' THEN 7 ELSE 8 END) AS stop
            FROM suppression WHERE NOT lifted AND scope = ANY(CAST(:scopes AS text[]))
            GROUP BY mailbox_key
        ) AS stopped USING (mailbox_key) {barred}
        WHERE {named}
    )
    SELECT reason, count(*) AS people, count(DISTINCT mailbox_key) FILTER (WHERE reason = 0) AS mails
    FROM judged GROUP BY reason"""

_LATE = f"""
    UNION ALL
    SELECT CASE WHEN erased THEN 1 ELSE 2 END, count(*), 0 FROM person
    WHERE person_key IN (
        SELECT person_key FROM assignment WHERE {_NAMES} AND ({_CLOSED} OR {NOT_VALID})
    ) AND NOT EXISTS (
        SELECT FROM assignment WHERE person_key = person.person_key AND {_HOLDS}
    ) {{narrowed}}
    GROUP BY erased"""  # noqa: S608  # constants
"""Whom only assignments name that do not hold on the day."""


def counted_sql(audience: Audience) -> str:
    """Return the statement that counts: rows of ``reason`` (of ``REASONS``), ``people`` and ``mails``."""
    narrowed, barred = _narrowed(audience), _barred(audience)
    attributes = audience.exclude.agreements or audience.exclude.occupational_groups
    unwanted = ["barred.person_key IS NOT NULL"] if barred else []
    unwanted += ["profile_key = ANY(CAST(:barred_profiles AS bigint[]))"] if attributes else []
    judged = _JUDGED.format(
        excluded=f"WHEN {' OR '.join(unwanted)} THEN 3" if unwanted else "",
        barred="LEFT JOIN barred USING (person_key)" if barred else "",
        named=_named(audience) + narrowed,
    )
    parts = [_ASKED_BEFORE] if audience.recipients_of or audience.exclude.recipients_of else []
    parts += [_BARRED.format(any_of=" UNION ALL ".join(barred))] if barred else []
    late = _LATE.format(narrowed=narrowed) if audience.assignment_types else ""
    return f"WITH {', '.join([*parts, judged])} {late}"


def _named(audience: Audience) -> str:
    if audience.assignment_types:
        return f"person_key IN (SELECT person_key FROM assignment WHERE {_HOLDS})"  # noqa: S608  # constants
    return f"person_key IN ({_GOT_ASKED})" if audience.recipients_of else "true"


def _narrowed(audience: Audience) -> str:
    narrowed = ""
    if audience.agreements or audience.occupational_groups:
        narrowed += " AND profile_key = ANY(CAST(:profiles AS bigint[]))"
    if audience.languages:
        narrowed += " AND language = ANY(CAST(:languages AS text[]))"
    return narrowed


def _barred(audience: Audience) -> list[str]:
    """Return who is left out for what they hold or got, or because all that names them is not to count."""
    exclude = audience.exclude
    parts = [_HOLD_BARRED] if exclude.assignment_types else []
    parts += [_GOT_BARRED] if exclude.recipients_of else []
    parts += [_HOLD_SHUT] if exclude.units or exclude.regions else []
    return parts

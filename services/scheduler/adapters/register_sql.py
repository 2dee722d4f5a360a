"""The statements of the copy of the register.

What is known is updated and only what is not known is inserted: an INSERT that becomes an UPDATE uses up a
number, and sets of people are a bit for each number. An ON CONFLICT is for what came in the same moment.

Locks are taken in one order: people by name, mailboxes by hash, assignments by name. A lock stands in a
statement of its own before what depends on it, for a statement that waited sees the row it waited for, and
of all others what was there before. What still meets crosswise is new to both, and is a deadlock: the
message is taken again (``shared.persistence.outages``).
"""

from sqlalchemy import text

FRESH = text(
    """
    WITH told AS (
        SELECT * FROM unnest(CAST(:person_id AS text[]), CAST(:version AS bigint[])) AS t (person_id, version)
    ),
    older AS (
        SELECT person_id FROM told JOIN person USING (person_id)
        WHERE person.version < told.version AND NOT person.erased
        ORDER BY person_id FOR NO KEY UPDATE OF person
    )
    SELECT person_id FROM older
    UNION ALL
    SELECT person_id FROM told
    WHERE NOT EXISTS (SELECT FROM person known WHERE known.person_id = told.person_id)
    """
)
"""Who is not known, or known by an older version, which is locked."""

NAME_PERSONS = text(
    """
    INSERT INTO person (person_id, version)
    SELECT DISTINCT person_id, -1 FROM unnest(CAST(:person_id AS text[])) AS t (person_id)
    WHERE NOT EXISTS (SELECT FROM person known WHERE known.person_id = t.person_id)
    ORDER BY person_id ON CONFLICT DO NOTHING
    """
)
"""People that have not come themselves yet: every event is newer than their version."""

NEW_MAILBOXES = text(
    """
    INSERT INTO mailbox (address_hash, address)
    SELECT address_hash, address FROM unnest(CAST(:address_hash AS bytea[]), CAST(:address AS text[]))
        AS t (address_hash, address)
    WHERE NOT EXISTS (SELECT FROM mailbox known WHERE known.address_hash = t.address_hash)
    ORDER BY address_hash ON CONFLICT DO NOTHING
    """
)

LOCK_MAILBOXES = text(
    "SELECT mailbox_key, address_hash, address FROM mailbox "
    "WHERE address_hash = ANY(CAST(:address_hash AS bytea[])) ORDER BY address_hash FOR NO KEY UPDATE"
)

KNOWN_AGAIN = text(
    "UPDATE mailbox SET address = t.address "
    "FROM unnest(CAST(:mailbox_key AS bigint[]), CAST(:address AS text[])) AS t (mailbox_key, address) "
    "WHERE mailbox.mailbox_key = t.mailbox_key"
)

PERSONS = text(
    """
    WITH told AS MATERIALIZED (
        SELECT * FROM unnest(
            CAST(:person_id AS text[]), CAST(:version AS bigint[]), CAST(:name AS text[]),
            CAST(:language AS text[]), CAST(:email_status AS text[]), CAST(:mailbox_key AS bigint[]),
            CAST(:profile_key AS bigint[])
        ) AS t (person_id, version, name, language, email_status, mailbox_key, profile_key)
    ),
    renewed AS (
        UPDATE person SET
            version = told.version, name = told.name, language = told.language,
            email_status = told.email_status, mailbox_key = told.mailbox_key, profile_key = told.profile_key
        FROM told
        WHERE person.person_id = told.person_id AND person.version < told.version AND NOT person.erased
        RETURNING person.person_id
    ),
    added AS (
        INSERT INTO person (person_id, version, name, language, email_status, mailbox_key, profile_key)
        SELECT person_id, version, name, language, email_status, mailbox_key, profile_key FROM told
        WHERE NOT EXISTS (SELECT FROM person known WHERE known.person_id = told.person_id)
        ORDER BY person_id
        ON CONFLICT (person_id) DO UPDATE SET
            version = EXCLUDED.version, name = EXCLUDED.name, language = EXCLUDED.language,
            email_status = EXCLUDED.email_status, mailbox_key = EXCLUDED.mailbox_key,
            profile_key = EXCLUDED.profile_key
        WHERE person.version < EXCLUDED.version AND NOT person.erased
        RETURNING person_id
    )
    SELECT person_id FROM renewed UNION ALL SELECT person_id FROM added
    """
)

MAILBOXES_OF = text(
    "SELECT mailbox_key FROM person WHERE person_id = ANY(:person_id) ORDER BY person_id FOR UPDATE"
)

ERASE = text(
    """
    UPDATE person SET
        version = greatest(person.version, t.version), erased = true,
        name = '', language = 'sv', email_status = 'missing', mailbox_key = NULL, profile_key = NULL
    FROM unnest(CAST(:person_id AS text[]), CAST(:version AS bigint[])) AS t (person_id, version)
    WHERE person.person_id = t.person_id
    """
)

ERASE_ASSIGNMENTS = text(
    "UPDATE assignment SET ended = true, person_key = NULL FROM person "
    "WHERE assignment.person_key = person.person_key AND person.person_id = ANY(:person_id)"
)

UNITS = text(
    """
    INSERT INTO unit (unit_id, version, name, kind, region, parent_id, closed)
    SELECT * FROM unnest(
        CAST(:unit_id AS text[]), CAST(:version AS bigint[]), CAST(:name AS text[]), CAST(:kind AS text[]),
        CAST(:region AS text[]), CAST(:parent_id AS text[]), CAST(:closed AS boolean[])
    ) AS t (unit_id, version, name, kind, region, parent_id, closed)
    ORDER BY unit_id
    ON CONFLICT (unit_id) DO UPDATE SET
        version = EXCLUDED.version, name = EXCLUDED.name, kind = EXCLUDED.kind, region = EXCLUDED.region,
        parent_id = EXCLUDED.parent_id, closed = EXCLUDED.closed
    WHERE unit.version < EXCLUDED.version
    """
)

NAME_TYPES_AND_UNITS = (
    text(
        """
        INSERT INTO assignment_type (name)
        SELECT DISTINCT name FROM unnest(CAST(:assignment_type AS text[])) AS t (name)
        WHERE NOT EXISTS (SELECT FROM assignment_type known WHERE known.name = t.name)
        ORDER BY name ON CONFLICT DO NOTHING
        """
    ),
    text(
        """
        INSERT INTO unit (unit_id, version)
        SELECT DISTINCT unit_id, -1 FROM unnest(CAST(:unit_id AS text[])) AS t (unit_id)
        WHERE NOT EXISTS (SELECT FROM unit known WHERE known.unit_id = t.unit_id)
        ORDER BY unit_id ON CONFLICT DO NOTHING
        """
    ),
)

LOCK_PERSONS = text(
    "SELECT FROM person WHERE person_id = ANY(CAST(:person_id AS text[])) ORDER BY person_id FOR SHARE"
)
"""Whoever erases them waits until what they hold is written, or is seen by whoever writes it."""

LOCK_ASSIGNMENTS = text(
    """
    SELECT FROM assignment
    JOIN unnest(CAST(:assignment_id AS text[]), CAST(:version AS bigint[])) AS t (assignment_id, version)
        USING (assignment_id)
    WHERE assignment.version < t.version ORDER BY assignment_id FOR NO KEY UPDATE OF assignment
    """
)

ASSIGNMENTS = text(
    """
    WITH told AS MATERIALIZED (
        SELECT assignment_id, t.version, CASE WHEN NOT erased THEN person_key END AS person_key, unit_key,
            type_key, valid_from, valid_to, erased AS ended
        FROM unnest(
            CAST(:assignment_id AS text[]), CAST(:version AS bigint[]), CAST(:person_id AS text[]),
            CAST(:unit_id AS text[]), CAST(:assignment_type AS text[]), CAST(:valid_from AS date[]),
            CAST(:valid_to AS date[])
        ) AS t (assignment_id, version, person_id, unit_id, kind, valid_from, valid_to)
        JOIN person USING (person_id) JOIN unit USING (unit_id)
        JOIN assignment_type ON assignment_type.name = t.kind
    ),
    renewed AS (
        UPDATE assignment SET
            version = told.version, person_key = told.person_key, unit_key = told.unit_key,
            type_key = told.type_key, valid_from = told.valid_from, valid_to = told.valid_to,
            ended = told.ended
        FROM told
        WHERE assignment.assignment_id = told.assignment_id AND assignment.version < told.version
    )
    INSERT INTO assignment
        (assignment_id, version, person_key, unit_key, type_key, valid_from, valid_to, ended)
    SELECT assignment_id, version, person_key, unit_key, type_key, valid_from, valid_to, ended FROM told
    WHERE NOT EXISTS (SELECT FROM assignment known WHERE known.assignment_id = told.assignment_id)
    ORDER BY assignment_id
    ON CONFLICT (assignment_id) DO UPDATE SET
        version = EXCLUDED.version, person_key = EXCLUDED.person_key, unit_key = EXCLUDED.unit_key,
        type_key = EXCLUDED.type_key, valid_from = EXCLUDED.valid_from, valid_to = EXCLUDED.valid_to,
        ended = EXCLUDED.ended
    WHERE assignment.version < EXCLUDED.version
    """
)

END = text(
    """
    INSERT INTO assignment (assignment_id, version, ended)
    SELECT assignment_id, version, true
    FROM unnest(CAST(:assignment_id AS text[]), CAST(:version AS bigint[])) AS t (assignment_id, version)
    ORDER BY assignment_id
    ON CONFLICT (assignment_id) DO UPDATE SET version = EXCLUDED.version, ended = true
    WHERE assignment.version < EXCLUDED.version
    """
)

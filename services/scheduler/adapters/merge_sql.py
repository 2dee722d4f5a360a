"""The merge as SQL: who gets which sections of a set of orders on a day, and why others do not (A6, A7).

The orders of an edition are bits: the order at position 3 of 5 is 00100. Whoever holds a type of assignment
in a unit is in one *cell*, (type, unit), and a cell has the bits of the orders that name it. So an assignment
is one row however many orders reach it, a person's sections are the OR of their cells, and every exclusion
is an AND. See docs/decisions/0020-merge-with-bits.md.

Parameters: ``order_no`` (by position), ``nothing`` (as many zeros as orders), ``day``.
"""

ONLY = "/* only some people */"
"""Where ``judged_of`` continues the condition on assignments."""

JUDGED = f"""
    zero AS MATERIALIZED (SELECT CAST(CAST(:nothing AS text) AS varbit) AS bits),
    placed AS MATERIALIZED (
        SELECT order_no, CAST(place AS integer) AS position, unit_id, order_class,
            assignment_types, all_units, regions, unit_ids,
            set_bit((SELECT bits FROM zero), CAST(place - 1 AS integer), 1) AS bits
        FROM unnest(CAST(:order_no AS bigint[])) WITH ORDINALITY AS p (order_no, place)
        JOIN orders USING (order_no)
    ),
    named_unit AS (
        SELECT bits, assignment_types, unit_key FROM placed JOIN unit ON true WHERE all_units
        UNION ALL
        SELECT bits, assignment_types, unit_key
        FROM placed CROSS JOIN unnest(regions) AS r (region) JOIN unit USING (region)
        UNION ALL
        SELECT bits, assignment_types, unit_key
        FROM placed CROSS JOIN unnest(unit_ids) AS i (unit_id) JOIN unit ON unit.unit_id = i.unit_id
    ),
    cell AS MATERIALIZED (
        SELECT row_number() OVER () AS cell_no, type_key, unit_key,
            CAST(bit_or(bits) AS varbit) AS bits, bool_or(unit.closed) AS closed
        FROM named_unit CROSS JOIN unnest(assignment_types) AS t (name)
        JOIN assignment_type USING (name) JOIN unit USING (unit_key)
        GROUP BY type_key, unit_key
    ),
    held AS (
        SELECT person_key, cell_no, cell.bits,
            NOT cell.closed AND coalesce(valid_from <= CAST(:day AS date), true)
                AND coalesce(valid_to >= CAST(:day AS date), true) AS valid
        FROM assignment JOIN cell USING (type_key, unit_key) WHERE NOT assignment.ended {ONLY}
    ),
    reached AS (
        SELECT person_key, CAST(bit_or(bits) AS varbit) AS named,
            CAST(bit_or(bits) FILTER (WHERE valid) AS varbit) AS entitled,
            array_agg(cell_no) FILTER (WHERE valid) AS cells
        FROM held GROUP BY person_key
    ),
    refusable AS (
        SELECT 'organisation' AS scope, bits FROM placed WHERE order_class <> 'duty'
        UNION ALL
        SELECT 'unit:' || unit_id, bits FROM placed WHERE order_class <> 'duty'
    ),
    suppressed AS (
        SELECT mailbox_key, bool_or(scope = 'address') AS dead, CAST(bit_or(bits) AS varbit) AS refused,
            CAST(bit_or(bits) FILTER (WHERE scope = 'organisation') AS varbit) AS refused_to_all
        FROM suppression LEFT JOIN refusable USING (scope) WHERE NOT lifted GROUP BY mailbox_key
    ),
    judged AS MATERIALIZED (
        SELECT person_key, mailbox_key, language, cells, named, entitled, refused, refused_to_all,
            CASE WHEN erased THEN 'erased' WHEN email_status = 'missing' THEN 'missing_address'
                WHEN email_status = 'invalid' THEN 'invalid_address' WHEN dead THEN 'dead_address'
            END AS unreachable,
            CASE WHEN mailbox_key IS NULL OR dead THEN NULL
                WHEN refused IS NULL THEN entitled ELSE entitled & ~refused END AS granted
        FROM reached JOIN person USING (person_key) LEFT JOIN suppressed USING (mailbox_key)
    )
"""  # noqa: S608  # constants
"""``judged`` has a row for each person whom an order names: ``named`` by any assignment, ``entitled`` by a
valid one, ``refused`` what they have opted out of, ``granted`` what is left. Each is NULL where there is
nothing. ``unreachable`` is the reason that stands against all of it."""


def judged_of(condition: str) -> str:
    """Return ``JUDGED`` for the people whom a condition on ``assignment`` picks, as fast as it picks them."""
    return JUDGED.replace(ONLY, f"AND {condition}")


EXCLUDED = """
    excluded AS (
        SELECT order_no, person_key, reason
        FROM judged CROSS JOIN LATERAL (VALUES
            (CASE WHEN unreachable = 'erased' THEN named
                ELSE named & ~coalesce(entitled, (SELECT bits FROM zero)) END,
             CASE WHEN unreachable = 'erased' THEN 'erased' ELSE 'assignment_not_valid' END),
            (CASE WHEN unreachable <> 'erased' THEN entitled END, unreachable),
            (CASE WHEN unreachable IS NULL THEN entitled & refused_to_all END, 'opted_out'),
            (CASE WHEN unreachable IS NULL
                THEN entitled & refused & ~coalesce(refused_to_all, (SELECT bits FROM zero)) END,
             'opted_out_unit')
        ) AS r (bits, reason)
        JOIN placed ON get_bit(r.bits, position - 1) = 1
        WHERE granted IS DISTINCT FROM named AND bit_count(r.bits) > 0
    )
"""
"""One row for each order and person left out, with the strongest reason: what each reason takes, the next
ones do not see."""

RECIPIENTS = """
    recipients AS (
        SELECT position, coalesce(sum(people), 0) AS people
        FROM placed LEFT JOIN (
            SELECT granted, count(*) AS people FROM judged GROUP BY granted
        ) AS alike ON get_bit(granted, position - 1) = 1
        GROUP BY position
    )
"""
"""How many people get the order at each position. People with the same sections are counted together."""

FREEZE = f"""
    WITH {JUDGED}, {EXCLUDED}, {RECIPIENTS},
    kept_positions AS (
        UPDATE edition_order SET position = placed.position, recipients = people
        FROM placed JOIN recipients USING (position)
        WHERE edition_order.edition_no = :edition_no AND edition_order.order_no = placed.order_no
    ),
    kept_cells AS (
        INSERT INTO edition_cell (edition_no, cell_no, assignment_type, unit_name, sections)
        SELECT CAST(:edition_no AS bigint), cell_no, assignment_type.name, unit.name, bits
        FROM cell JOIN assignment_type USING (type_key) JOIN unit USING (unit_key)
    ),
    kept_exclusions AS (
        INSERT INTO exclusion (edition_no, order_no, person_key, reason)
        SELECT CAST(:edition_no AS bigint), order_no, person_key, reason FROM excluded
        ORDER BY order_no, person_key
    ),
    counted_exclusions AS (
        INSERT INTO exclusion_count (edition_no, order_no, reason, people)
        SELECT CAST(:edition_no AS bigint), order_no, reason, count(*) FROM excluded GROUP BY order_no, reason
    )
    INSERT INTO planned_mail (edition_no, mailbox_key, language, persons, cells, refused)
    SELECT CAST(:edition_no AS bigint), mailbox_key,
        CASE WHEN min(language) = max(language) THEN min(language) ELSE 'sv' END,
        array_concat(array_fill(person_key, ARRAY[cardinality(cells)])), array_concat(cells),
        CAST(bit_or(refused) AS varbit)
    FROM judged WHERE granted IS NOT NULL AND (refused IS NULL OR bit_count(granted) > 0)
    GROUP BY mailbox_key ORDER BY mailbox_key
"""  # noqa: S608  # constants
"""The whole freeze in one statement: positions, cells, exclusions and planned mails. Several persons at an
address get one mail, in Swedish unless all of them read the same other language."""

FORECAST = f"""
    WITH {JUDGED}, {EXCLUDED}, {RECIPIENTS}
    SELECT position, people, mails, reason, excluded
    FROM recipients
    CROSS JOIN (
        SELECT count(DISTINCT mailbox_key) AS mails FROM judged WHERE bit_count(granted) > 0
    ) AS m
    LEFT JOIN (
        SELECT order_no, reason, count(*) AS excluded FROM excluded GROUP BY order_no, reason
    ) AS r ON r.order_no = (CAST(:order_no AS bigint[]))[position]
    ORDER BY position, reason
"""  # noqa: S608  # constants
"""The same computation without writing anything: a row for each order and reason."""

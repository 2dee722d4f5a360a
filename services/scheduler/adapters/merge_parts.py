"""The pieces of the merge's SQL, which ``merge_sql`` puts together. Nothing of an order is in them."""

JUDGED = """
    refusable AS (
        SELECT scope, bit_or(bits) AS bits FROM placed
        CROSS JOIN LATERAL (VALUES ('organisation'), ('unit:' || unit_id)) AS either (scope)
        WHERE order_class <> 'duty' GROUP BY scope
    ),
    suppressed AS (
        SELECT mailbox_key, bool_or(scope = 'address') AS dead, CAST(bit_or(bits) AS varbit) AS refused,
            CAST(bit_or(bits) FILTER (WHERE scope = 'organisation') AS varbit) AS refused_to_all
        FROM suppression LEFT JOIN refusable USING (scope) WHERE NOT lifted GROUP BY mailbox_key
    ),
    judged AS MATERIALIZED (
        SELECT person_key, mailbox_key, language, cells, named, entitled, {extra} refused, refused_to_all,
            CASE WHEN erased THEN 'erased' WHEN email_status = 'missing' THEN 'missing_address'
                WHEN email_status = 'invalid' THEN 'invalid_address' WHEN dead THEN 'dead_address'
            END AS unreachable,
            CASE WHEN mailbox_key IS NULL OR dead THEN NULL
                WHEN refused IS NULL THEN entitled ELSE entitled & ~refused END AS granted
        FROM {reached} LEFT JOIN suppressed USING (mailbox_key)
        {some}
    )
"""
"""A row for each person whom an order names: ``named`` by any assignment, ``entitled`` by a valid one,
``refused`` what they have opted out of, ``granted`` what is left. Each is NULL where there is nothing.
``unreachable`` is the reason that stands against all of it."""

JUDGED_PLAINLY = {"extra": "", "reached": "reached JOIN person USING (person_key)", "some": ""}
JUDGED_ON_CONDITIONS = {
    "extra": "reach, valid, stripped,",
    "reached": "reached",
    "some": "WHERE bit_count(named) > 0",
}
"""What ``JUDGED`` starts from. Conditions have looked at each person already."""

PRESSED = """
    counted AS MATERIALIZED (
        SELECT CAST(coalesce(bit_or(bits), (SELECT bits FROM zero)) AS varbit) AS bits
        FROM placed WHERE turn IS NOT NULL
    ),
    crowded AS MATERIALIZED (
        SELECT CAST(granted AS text) AS granted, CAST(bit_or(bits) AS varbit) AS moved FROM (
            SELECT granted, bits, row_number() OVER (PARTITION BY granted ORDER BY turn) AS nth
            FROM (SELECT DISTINCT granted FROM judged
                WHERE bit_count(granted & (SELECT bits FROM counted)) > :most) AS alike
            JOIN placed ON turn IS NOT NULL AND get_bit(granted, position - 1) = 1
        ) AS ranked WHERE nth > :most GROUP BY granted
    ),
    pressed AS MATERIALIZED (
        SELECT person_key, moved FROM judged JOIN crowded ON crowded.granted = CAST(judged.granted AS text)
        WHERE bit_count(judged.granted & (SELECT bits FROM counted)) > :most
    )
"""
"""``moved``: what goes a week later because somebody has enough (D2). People with the same sections are
decided on together."""

EXCLUDED = """
    left_out AS MATERIALIZED (
        SELECT person_key, reason, CAST(bits AS text) AS spelt
        FROM judged CROSS JOIN LATERAL (VALUES
            {not_entitled},
            (CASE WHEN unreachable <> 'erased' THEN entitled END, unreachable),
            (CASE WHEN unreachable IS NULL THEN entitled & refused_to_all END, 'opted_out'),
            (CASE WHEN unreachable IS NULL
                THEN entitled & refused & ~coalesce(refused_to_all, (SELECT bits FROM zero)) END,
             'opted_out_unit')
        ) AS r (bits, reason)
        WHERE granted IS DISTINCT FROM named AND bit_count(bits) > 0
        {moved}
    ),
    spelt_out AS MATERIALIZED (
        SELECT spelt, order_no FROM (SELECT DISTINCT spelt FROM left_out) AS each_once
        JOIN placed ON get_bit(CAST(spelt AS varbit), position - 1) = 1
    ),
    excluded AS (SELECT order_no, person_key, reason FROM left_out JOIN spelt_out USING (spelt))
"""
"""One row for each order and person left out, with the strongest reason: what each reason takes, the next
ones do not see. Which orders some bits stand for is worked out once for all who are left out of the same."""

NOT_VALID = """
            (CASE WHEN unreachable = 'erased' THEN named
                ELSE named & ~coalesce(entitled, (SELECT bits FROM zero)) END,
             CASE WHEN unreachable = 'erased' THEN 'erased' ELSE 'assignment_not_valid' END)"""

NOT_MET = """
            (CASE WHEN unreachable = 'erased' THEN named ELSE named & reach & ~valid END,
             CASE WHEN unreachable = 'erased' THEN 'erased' ELSE 'assignment_not_valid' END),
            (CASE WHEN unreachable IS DISTINCT FROM 'erased' THEN named & ~reach END, 'no_longer_named'),
            (CASE WHEN unreachable IS DISTINCT FROM 'erased' THEN valid & ~entitled END,
             'excluded_by_order')"""

MOVED = """
        UNION ALL
        SELECT person_key, 'contact_pressure', CAST(moved AS text) FROM pressed"""

RECIPIENTS = """
    recipients AS (
        SELECT position, coalesce(sum(people), 0) AS people
        FROM placed LEFT JOIN (
            SELECT CAST(spelt AS varbit) AS granted, people FROM (
                SELECT CAST(granted AS text) AS spelt, count(*) AS people FROM judged GROUP BY spelt
            ) AS hashed
            {less}
        ) AS alike ON get_bit(granted, position - 1) = 1
        GROUP BY position
    )
"""
"""How many people get the order at each position. People with the same sections are counted together, by
their bits as text: bits cannot be hashed, and sorting them takes three times as long."""

READER = """
    reader AS (
        SELECT person_key, mailbox_key, language, cells, CAST({granted} AS varbit) AS granted
        FROM judged {pressed} WHERE bit_count(granted) > 0
    )
"""
"""Who gets something, and what in the end: of each of ``cells`` its ``sections`` that are ``granted``."""

LESS = "UNION ALL SELECT moved, -count(*) FROM pressed GROUP BY moved"

RECUT = """
    recut AS MATERIALIZED (
        SELECT judged.person_key, mailbox_key, language, refused, cell.cell_no AS whole,
            CAST(cell.sections & {allowed} AS varbit) AS sections
        FROM judged {pressed}
        CROSS JOIN LATERAL unnest(cells) AS c (cell_no) JOIN cell ON cell.cell_no = c.cell_no
        WHERE ({partly}) AND bit_count(granted) > 0 AND bit_count(cell.sections & {allowed}) > 0
    ),
    piece AS MATERIALIZED (
        SELECT (SELECT max(cell_no) FROM cell) + row_number() OVER () AS cell_no, whole, sections
        FROM (SELECT DISTINCT whole, sections FROM recut) AS each_once
    )
"""
"""People who do not get all that their cells give have cells of their own: pieces, with fewer sections."""

PIECES = """
        UNION ALL
        SELECT piece.cell_no, type_key, unit_key, role, piece.sections
        FROM piece JOIN cell ON cell.cell_no = piece.whole"""

RECUT_READERS = """
        UNION ALL
        SELECT person_key, mailbox_key, language, refused, array_agg(piece.cell_no)
        FROM recut JOIN piece ON piece.whole = recut.whole
            AND CAST(piece.sections AS text) = CAST(recut.sections AS text)
        GROUP BY person_key, mailbox_key, language, refused"""

FREEZE = """
    kept_positions AS (
        UPDATE edition_order SET position = placed.position, recipients = people
        FROM placed JOIN recipients USING (position)
        WHERE edition_order.edition_no = :edition_no AND edition_order.order_no = placed.order_no
    ),
    kept_cells AS (
        INSERT INTO edition_cell (edition_no, cell_no, assignment_type, unit_name, sections)
        SELECT CAST(:edition_no AS bigint), cell_no, coalesce(assignment_type.name, role),
            coalesce(unit.name, ''), sections
        FROM (SELECT cell_no, type_key, unit_key, role, sections FROM cell{pieces}) AS all_cells
        LEFT JOIN assignment_type USING (type_key) LEFT JOIN unit USING (unit_key)
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
    FROM (
        SELECT person_key, mailbox_key, language, refused, cells FROM judged
        WHERE bit_count(granted) > 0{whole}{recut_readers}
    ) AS readers
    GROUP BY mailbox_key ORDER BY mailbox_key
"""

FORECAST = """
    SELECT position, people, mails, reason, excluded
    FROM recipients
    CROSS JOIN (
        SELECT count(DISTINCT mailbox_key) AS mails FROM judged WHERE bit_count(granted) > 0
    ) AS m
    LEFT JOIN (
        SELECT order_no, reason, count(*) AS excluded FROM excluded GROUP BY order_no, reason
    ) AS r ON r.order_no = (SELECT order_no FROM placed WHERE placed.position = recipients.position)
    ORDER BY position, reason
"""

PARTLY = {
    (False, True): "bit_count(granted & (SELECT bits FROM counted)) > :most",
    (True, False): "stripped",
    (True, True): "stripped OR bit_count(granted & (SELECT bits FROM counted)) > :most",
}
"""Whether a person does not get all that their cells give, by (conditions, pressure)."""

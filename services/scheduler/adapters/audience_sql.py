"""Audiences as SQL: whom a set of orders names, on a day, and by which of their assignments (A7, D5).

Everything an order names comes as a bound parameter or from its row; these texts are constants. What is only
needed when an order has conditions beyond types × units stands in texts of its own, so that others do not
pay for it (docs/decisions/0021-audiences.md).
"""

from services.scheduler.adapters.earlier_sql import EARLIER

ONLY = "/* only some */"
"""Where ``judged_sql`` continues the condition on assignments."""

NONE = "(SELECT bits FROM zero)"

STORED = """
    unnest(CAST(:order_no AS bigint[]), CAST(:carried_from AS bigint[]), CAST(:turn AS integer[]))
        WITH ORDINALITY AS p (order_no, carried_from, turn, place)
    JOIN orders USING (order_no)
"""
"""Orders that are here, in the order of their positions."""

ASKED = """
    (SELECT CAST(0 AS bigint) AS order_no, CAST(NULL AS bigint) AS carried_from,
        CAST(NULL AS integer) AS turn, 1 AS place, CAST(:unit_id AS text) AS unit_id,
        CAST(:order_class AS text) AS order_class, audience,
        ARRAY(SELECT jsonb_array_elements_text(audience->'assignment_types')) AS assignment_types,
        CAST(audience->>'all_units' AS boolean) AS all_units,
        ARRAY(SELECT jsonb_array_elements_text(audience->'regions')) AS regions,
        ARRAY(SELECT jsonb_array_elements_text(audience->'units')) AS unit_ids,
        CAST(audience->>'own_branch' AS boolean) AS own_branch,
        CAST(audience->>'members' AS boolean) AS members,
        ARRAY(SELECT CAST(jsonb_array_elements_text(audience->'recipients_of') AS uuid)) AS recipients_of
    FROM (SELECT CAST(:audience AS jsonb) AS audience) AS said) AS thought
"""
"""One order that is only thought of."""

PLACED = """
    zero AS MATERIALIZED (SELECT CAST(CAST(:nothing AS text) AS varbit) AS bits),
    placed AS MATERIALIZED (
        SELECT order_no, carried_from, turn, CAST(place AS integer) AS position, unit_id, order_class,
            assignment_types, all_units, regions, unit_ids, own_branch, members, recipients_of, audience,
            ARRAY(SELECT jsonb_array_elements_text(audience->'kinds')) AS kinds,
            set_bit((SELECT bits FROM zero), CAST(place - 1 AS integer), 1) AS bits
        FROM {source}
    ),
    branch (position, unit_id) AS (
        SELECT position, unit_id FROM placed WHERE own_branch
        UNION
        SELECT position, unit.unit_id FROM branch JOIN unit ON unit.parent_id = branch.unit_id
    ),
    named_unit AS (
        SELECT bits, assignment_types, kinds, unit_key, closed, kind
        FROM placed JOIN unit ON true WHERE all_units
        UNION ALL
        SELECT bits, assignment_types, kinds, unit_key, closed, kind
        FROM placed CROSS JOIN unnest(regions) AS r (region) JOIN unit USING (region)
        UNION ALL
        SELECT bits, assignment_types, kinds, unit_key, closed, kind
        FROM placed CROSS JOIN unnest(unit_ids) AS i (unit_id) JOIN unit ON unit.unit_id = i.unit_id
        UNION ALL
        SELECT bits, assignment_types, kinds, unit_key, closed, kind
        FROM branch JOIN placed USING (position) JOIN unit ON unit.unit_id = branch.unit_id
    ),
    type_cell AS MATERIALIZED (
        SELECT row_number() OVER () AS cell_no, type_key, unit_key,
            CAST(bit_or(bits) AS varbit) AS bits, bool_or(closed) AS closed
        FROM named_unit CROSS JOIN unnest(assignment_types) AS t (name) JOIN assignment_type USING (name)
        WHERE kinds = '{{}}' OR lower(kind) = ANY(kinds)
        GROUP BY type_key, unit_key
    )
"""
"""The orders, and the cells that they name: holders of a type in a unit, with the bits of those orders."""

VALID = """(valid_from IS NULL OR valid_from <= CAST(:day AS date))
                AND (valid_to IS NULL OR valid_to >= CAST(:day AS date))"""

NOT_VALID = "(valid_from > CAST(:day AS date) OR valid_to < CAST(:day AS date))"
"""Exactly the others, said so that the planner can tell how many they are."""

FEW = "cell_no BETWEEN 1 AND 9223372036854775807 AND -cell_no BETWEEN -9223372036854775807 AND -1"
"""Always true, and the planner takes it to mean one or two. So it hashes the cells and reads assignments in
the order of their table, in which those of a person lie together. The other way costs an eighth more."""

PLAIN_REACH = f"""
    cell AS (
        SELECT cell_no, type_key, unit_key, bits, bits AS sections, closed, '' AS role FROM type_cell
    ),
    held AS (
        SELECT person_key, cell_no, cell.bits, NOT cell.closed AND {VALID} AS valid
        FROM assignment JOIN type_cell AS cell USING (type_key, unit_key)
        WHERE NOT assignment.ended AND {FEW} {ONLY}
    ),
    reached AS (
        SELECT person_key, CAST(bit_or(bits) AS varbit) AS named,
            CAST(bit_or(bits) FILTER (WHERE valid) AS varbit) AS entitled,
            array_agg(cell_no) FILTER (WHERE valid) AS cells
        FROM held GROUP BY person_key
    )
"""  # noqa: S608  # constants
"""A row for each person whom types × units name: ``named`` by any assignment, ``entitled`` by a valid one."""


CONDITIONS = f"""
    asked AS MATERIALIZED (
        SELECT bits, side, what, name FROM placed CROSS JOIN LATERAL (
            SELECT 'only' AS side, what, jsonb_array_elements_text(audience->what) AS name
            FROM (VALUES ('agreements'), ('occupational_groups'), ('languages')) AS w (what)
            UNION ALL
            SELECT 'not', what, jsonb_array_elements_text(audience->'exclude'->what)
            FROM (VALUES ('agreements'), ('occupational_groups'), ('assignment_types'), ('recipients_of'),
                ('units'), ('regions')) AS w (what)
        ) AS conditions
    ),
    needs AS MATERIALIZED (
        SELECT
            coalesce(bit_or(bits) FILTER (WHERE what = 'agreements'), {NONE}) AS agreements,
            coalesce(bit_or(bits) FILTER (WHERE what = 'occupational_groups'), {NONE})
                AS occupational_groups,
            coalesce(bit_or(bits) FILTER (WHERE what = 'languages'), {NONE}) AS languages,
            (SELECT coalesce(bit_or(bits) FILTER (WHERE carried_from IS NOT NULL), {NONE})
                FROM placed) AS carriage
        FROM asked WHERE side = 'only'
    ),
    matching AS (
        SELECT profile_key, agreements, occupational_groups, bits, side, what
        FROM profile JOIN asked ON (what = 'agreements' AND name = ANY(agreements))
            OR (what = 'occupational_groups' AND name = ANY(occupational_groups))
    ),
    profiled AS MATERIALIZED (
        SELECT profile_key, excluded,
            CAST((needs.agreements & ~coalesce(agreed, {NONE}))
                | (needs.occupational_groups & ~coalesce(grouped, {NONE})) AS varbit) AS unmet
        FROM needs CROSS JOIN (
            SELECT profile_key,
                bit_or(bits) FILTER (WHERE side = 'only' AND what = 'agreements') AS agreed,
                bit_or(bits) FILTER (WHERE side = 'only' AND what = 'occupational_groups') AS grouped,
                bit_or(bits) FILTER (WHERE side = 'not') AS excluded
            FROM matching GROUP BY profile_key
        ) AS matched
    ),
    spoken AS (
        SELECT name AS language, bit_or(bits) AS bits FROM asked WHERE what = 'languages' GROUP BY name
    ),
    {EARLIER},
    barred AS (
        SELECT person_key, bit_or(bits) AS bits FROM (
            SELECT person_key, bits FROM asked JOIN assignment_type USING (name)
            JOIN assignment USING (type_key) JOIN unit USING (unit_key)
            WHERE side = 'not' AND what = 'assignment_types' AND NOT ended AND NOT closed AND {VALID}
            UNION ALL
            SELECT person_key, bits FROM asked JOIN earlier ON CAST(order_id AS text) = name
            WHERE side = 'not' AND what = 'recipients_of'
        ) AS each_reason GROUP BY person_key
    ),
    shut AS (
        SELECT unit_key, bit_or(bits) AS bits
        FROM asked JOIN unit ON (what = 'units' AND unit_id = asked.name)
            OR (what = 'regions' AND region = asked.name)
        WHERE side = 'not' GROUP BY unit_key
    )
"""  # noqa: S608  # constants
"""What the conditions of the orders say of profiles, languages, people and units, each as bits: ``unmet``
conditions keep somebody out unseen, what an order excludes is told."""

CONDITIONED_REACH = f"""
    {CONDITIONS},
    cell AS MATERIALIZED (
        SELECT cell_no, type_key, type_cell.unit_key, type_cell.bits, closed, '' AS role,
            CAST(type_cell.bits & ~coalesce(shut.bits, {NONE}) AS varbit) AS sections
        FROM type_cell LEFT JOIN shut USING (unit_key)
        UNION ALL
        SELECT (SELECT count(*) FROM type_cell) + row_number() OVER (), NULL, NULL, bits, false,
            CASE WHEN members THEN 'medlem' ELSE 'mottagare av ett tidigare utskick' END, bits
        FROM placed WHERE members OR recipients_of <> '{{}}'
    ),
    held AS (
        SELECT person_key, cell_no, cell.bits, sections, NOT cell.closed AND {VALID} AS valid
        FROM assignment JOIN cell USING (type_key, unit_key) WHERE NOT assignment.ended AND {FEW} {ONLY}
        UNION ALL
        SELECT person_key, cell_no, cell.bits, sections, true
        FROM cell JOIN placed ON members AND cell.bits = placed.bits
        JOIN profiled ON bit_count(cell.bits & unmet) = 0 JOIN person USING (profile_key)
        WHERE type_key IS NULL
        UNION ALL
        SELECT DISTINCT person_key, cell_no, cell.bits, sections, true
        FROM cell JOIN placed ON cell.bits = placed.bits CROSS JOIN unnest(recipients_of) AS r (order_id)
        JOIN earlier USING (order_id) WHERE type_key IS NULL
        UNION ALL
        SELECT person_key, NULL, bits, {NONE}, false
        FROM placed JOIN exclusion ON exclusion.edition_no = carried_from
            AND exclusion.order_no = placed.order_no
        WHERE reason = 'contact_pressure'
    ),
    gathered AS (
        SELECT person_key, bit_or(bits) FILTER (WHERE cell_no IS NOT NULL) AS reach,
            bit_or(bits) FILTER (WHERE valid) AS valid_reach,
            bit_or(sections) FILTER (WHERE valid) AS given,
            bit_or(bits) FILTER (WHERE cell_no IS NULL) AS carried,
            array_agg(cell_no) FILTER (WHERE valid) AS cells
        FROM held GROUP BY person_key
    ),
    met AS (
        SELECT person_key, mailbox_key, language, email_status, erased, cells, given,
            coalesce(reach, {NONE}) & ~unmet AS reach,
            coalesce(valid_reach, {NONE}) & ~unmet AS valid_reach,
            coalesce(carried, {NONE}) AS carried,
            coalesce(excluded, {NONE}) | coalesce(barred, {NONE}) AS excluded,
            carriage & ~coalesce(carried, {NONE}) AS not_carried
        FROM (
            SELECT gathered.*, mailbox_key, person.language, email_status, erased,
                excluded, barred.bits AS barred, carriage,
                coalesce(unmet, needs.agreements | needs.occupational_groups)
                    | (needs.languages & ~coalesce(spoken.bits, {NONE})) AS unmet
            FROM gathered JOIN person USING (person_key) CROSS JOIN needs
            LEFT JOIN profiled USING (profile_key) LEFT JOIN spoken USING (language)
            LEFT JOIN barred USING (person_key)
        ) AS with_conditions
    ),
    reached AS (
        SELECT person_key, mailbox_key, language, email_status, erased, cells,
            CAST(reach & ~not_carried AS varbit) AS reach,
            CAST((reach & ~not_carried) | carried AS varbit) AS named,
            CAST(valid_reach & ~not_carried AS varbit) AS valid,
            CAST(valid_reach & given & ~excluded & ~not_carried AS varbit) AS entitled,
            coalesce(bit_count(given & ~(valid_reach & ~excluded & ~not_carried)) > 0, false)
                AS stripped
        FROM met
    )
"""  # noqa: S608  # constants
"""The same with conditions. An order that was carried over by contact pressure names the people moved with
it and nobody else. ``stripped``: a cell of theirs gives more than they get."""

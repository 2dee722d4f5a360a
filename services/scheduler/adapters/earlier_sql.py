"""Who got an earlier order, by mail or by text, for audiences that name it."""

EARLIER = """
    wanted AS (
        SELECT DISTINCT order_id FROM (
            SELECT unnest(recipients_of) AS order_id FROM placed
            UNION ALL
            SELECT CAST(jsonb_array_elements_text(audience->'exclude'->'recipients_of') AS uuid) FROM placed
        ) AS all_wanted
    ),
    decided AS MATERIALIZED (
        SELECT order_id, order_no, edition_no, carried_from, position
        FROM wanted JOIN orders USING (order_id) JOIN edition_order USING (order_no)
        JOIN edition USING (edition_no)
        WHERE position IS NOT NULL AND state NOT IN ('open', 'parked', 'dissolved')
    ),
    earlier AS MATERIALIZED (
        SELECT order_id, person_key FROM decided CROSS JOIN LATERAL (
            SELECT e.person_key FROM (
                SELECT unnest(persons) AS person_key, unnest(cells) AS cell_no FROM planned_mail
                WHERE edition_no = decided.edition_no AND state NOT IN ('suppressed', 'failed')
                  AND (refused IS NULL OR get_bit(refused, decided.position - 1) = 0)
            ) AS e JOIN edition_cell ON edition_cell.cell_no = e.cell_no
            WHERE edition_no = decided.edition_no AND get_bit(sections, decided.position - 1) = 1
            OFFSET 0
        ) AS has
        UNION ALL
        SELECT order_id, person_key FROM decided CROSS JOIN LATERAL (
            SELECT person_key FROM exclusion
            WHERE edition_no = decided.edition_no AND order_no = decided.order_no
              AND reason = 'contact_pressure'
            OFFSET 0
        ) AS waits
        WHERE NOT EXISTS (SELECT FROM decided AS later
            WHERE later.order_no = decided.order_no AND later.carried_from = decided.edition_no)
        UNION ALL
        SELECT order_id, who.person_key
        FROM wanted JOIN orders USING (order_id) JOIN planned_text USING (order_no)
        CROSS JOIN LATERAL unnest(persons) AS who (person_key)
        WHERE planned_text.state NOT IN ('suppressed', 'failed')
    )
"""
"""Who got each order that another one names: it is in their mail, which was not held back and did not fail.
Of what was stopped, what the sender has not reported of counts too: it may have left. So does who is still to
get it: for whom it was moved (D2) to an edition that is not decided yet. ``OFFSET 0`` keeps the rows of each
edition apart: they are found by their key, however many editions there have been. Somebody may be named
twice."""

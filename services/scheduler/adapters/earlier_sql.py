"""Who got an earlier order, by mail or by text, for audiences that name it."""

EARLIER = """
    wanted AS (
        SELECT DISTINCT order_id FROM (
            SELECT unnest(recipients_of) AS order_id FROM placed
            UNION ALL
            SELECT CAST(jsonb_array_elements_text(audience->'exclude'->'recipients_of') AS uuid) FROM placed
        ) AS all_wanted
    ),
    earlier AS MATERIALIZED (
        SELECT DISTINCT orders.order_id, e.person_key
        FROM wanted JOIN orders USING (order_id) JOIN edition_order eo USING (order_no)
        JOIN edition USING (edition_no)
        JOIN edition_cell cell ON cell.edition_no = eo.edition_no
            AND get_bit(cell.sections, eo.position - 1) = 1
        JOIN planned_mail mail ON mail.edition_no = eo.edition_no
        CROSS JOIN LATERAL unnest(mail.persons, mail.cells) AS e (person_key, cell_no)
        WHERE e.cell_no = cell.cell_no AND eo.position IS NOT NULL
          AND mail.state NOT IN ('suppressed', 'failed')
          AND (mail.refused IS NULL OR get_bit(mail.refused, eo.position - 1) = 0)
          AND edition.state NOT IN ('open', 'parked', 'dissolved')
          AND (edition.state <> 'stopped' OR mail.state IN ('accepted', 'uncertain'))
        UNION
        SELECT orders.order_id, who.person_key
        FROM wanted JOIN orders USING (order_id) JOIN planned_text USING (order_no)
        CROSS JOIN LATERAL unnest(planned_text.persons) AS who (person_key)
        WHERE planned_text.state NOT IN ('suppressed', 'failed')
    )
"""
"""Who got each order that another one names: it is in their mail, which was not held back and did not fail.
Of what was stopped, only what the relay has, or may have, counts."""

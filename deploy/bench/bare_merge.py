"""The merge as bare SQL: the same mails to the same people, and nothing else."""

PAIRS = """
    WITH named AS (
        SELECT order_no, assignment_types, unit_key FROM orders JOIN unit ON true WHERE all_units
        UNION ALL
        SELECT order_no, assignment_types, unit_key
        FROM orders CROSS JOIN unnest(regions) AS r (region) JOIN unit USING (region)
        UNION ALL
        SELECT order_no, assignment_types, unit_key
        FROM orders CROSS JOIN unnest(unit_ids) AS i (unit_id) JOIN unit ON unit.unit_id = i.unit_id
    )
    SELECT address, order_no, person_key, assignment_key
    FROM named CROSS JOIN unnest(assignment_types) AS t (name) JOIN assignment_type USING (name)
    JOIN assignment USING (type_key, unit_key) JOIN person USING (person_key)
    JOIN mailbox USING (mailbox_key) JOIN orders USING (order_no)
    LEFT JOIN (
        SELECT mailbox_key, array_agg(CAST(scope AS text)) AS scopes
        FROM suppression WHERE NOT lifted GROUP BY mailbox_key
    ) AS stopped USING (mailbox_key)
    WHERE NOT ended AND coalesce(valid_from <= :day, true) AND coalesce(valid_to >= :day, true)
        AND (scopes IS NULL OR NOT 'address' = ANY(scopes)
            AND (order_class = 'duty' OR NOT scopes && ARRAY['organisation', 'unit:' || unit_id]))
"""
"""Whom each order reaches, by which assignment: as a query that anybody would write."""

BARE = f"""
    SELECT count(*) AS mails, sum(cardinality(orders) + cardinality(persons) + cardinality(held)) AS all_of_it
    FROM (
        SELECT address, array_agg(order_no ORDER BY order_no) AS orders,
            array_agg(person_key ORDER BY order_no) AS persons,
            array_agg(assignment_key ORDER BY order_no) AS held
        FROM ({PAIRS}) AS pair GROUP BY address
    ) AS mail
"""  # noqa: S608  # a constant
"""The mails of the freeze and nothing else: no exclusions, nothing stored. All of each mail is made."""

REACHED = f"""
    SELECT count(DISTINCT address), count(DISTINCT (order_no, person_key)) FROM ({PAIRS}) AS pair
"""  # noqa: S608  # a constant

"""The scheduler's tables: all of them, and the metadata that holds them.

The columns ``*_key`` and ``*_no`` are numbers of our own, because a Wednesday joins and groups a million rows
by them. Names that others know us by (``person_id``, ``edition_id``) are unique beside them.
"""

from services.scheduler.adapters.tables_of_calendar import add_calendar_tables
from services.scheduler.adapters.tables_of_editions import add_edition_tables
from services.scheduler.adapters.tables_of_orders import add_order_tables
from services.scheduler.adapters.tables_of_previews import add_preview_tables
from services.scheduler.adapters.tables_of_register import add_register_tables
from services.scheduler.adapters.tables_of_texts import add_text_tables
from shared.messaging.tables import add_messaging_tables
from shared.persistence.database import new_metadata

metadata = new_metadata()
add_messaging_tables(metadata, "scheduler")
add_register_tables(metadata)
add_order_tables(metadata)
add_calendar_tables(metadata)
add_edition_tables(metadata)
add_text_tables(metadata)
add_preview_tables(metadata)

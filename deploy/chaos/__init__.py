"""``onsdag chaos``: senders killed while an edition goes out, and an independent count of what arrived."""

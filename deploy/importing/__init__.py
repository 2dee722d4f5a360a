"""Reading the files of other systems: the CRM's export and the list of orders. See docs/import.md."""

"""Who may know what of a client, and the record of each look."""

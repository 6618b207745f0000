"""What the county's pages leave in the book beside the actions: looks."""

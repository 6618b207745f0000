"""What the county's pages and endpoints read."""

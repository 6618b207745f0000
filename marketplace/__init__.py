"""Clients choose: the public catalogue, comparing by my price, and the client's own pages."""

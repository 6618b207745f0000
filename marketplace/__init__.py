"""The clients' face: the public catalogue, comparison by the client's own price, and the client's pages."""

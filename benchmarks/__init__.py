"""How fast Omatori is, with the limit beside each figure. `python3 dev.py bench` runs them."""

"""The providers' face: services and prices, charges, payments."""

"""The providers' face: list services and prices, charge visits, follow what is paid."""

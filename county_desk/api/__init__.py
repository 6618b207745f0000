"""The county's endpoints."""

from county_desk.api import charges, decisions, fundings, providers

blueprints = [decisions.blueprint, fundings.blueprint, providers.blueprint, charges.blueprint]

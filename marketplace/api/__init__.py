"""The marketplace's part of the API."""

from marketplace.api import catalogue, charges, fundings, offerings

blueprints = [catalogue.blueprint, offerings.blueprint, fundings.blueprint, charges.blueprint]

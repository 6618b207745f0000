"""Messages between clients, providers and counties."""

from typing import Final

LONGEST_MESSAGE: Final = 4000
"""So many characters a message may have."""

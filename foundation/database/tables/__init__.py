"""One module for each noun. Import that module; this one completes the metadata for migrations."""

from importlib import import_module
from pkgutil import iter_modules

from foundation.database.columns import Base

for module in iter_modules(__path__):
    import_module(f"{__name__}.{module.name}")

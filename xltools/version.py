"""The version of xltools."""

__version__ = "0.2.0"

"""The version of xltools."""

__version__ = "0.1.0"

"""Many reports: taken in, kept in a store, summed up, and held against the report above them."""

"""The store: one SQLite file with all that was taken in. Documented in docs/store.md; sqlite3 is used nowhere else."""

"""Rules: what is wrong in a report, where, and why."""

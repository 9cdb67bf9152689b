"""Reports: one filled report, its JSON, and the sum of many."""

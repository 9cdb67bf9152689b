"""Files: outputs whole or not at all, seals, and the gate before every parser."""

"""The finished report: prose and tables as blocks, and the formats that blocks are written in."""

"""The rules: what is wrong in a report, where, and why. One module per family; `registry` lists them all."""

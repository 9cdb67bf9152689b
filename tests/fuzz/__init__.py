"""A repeatable fuzzer: real files, broken in many ways, must be refused in one line or read right, never with a traceback.

`python -m tests.fuzz --cases 20000 --seed 1 [--kind docx]` runs it; a case is known by its kind, the seed and its number.
"""

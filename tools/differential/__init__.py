"""Compare the program of an earlier commit with the working tree: same inputs, same commands, every difference in what they print and write."""

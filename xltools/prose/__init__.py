"""Reading prose: the amounts that it states, and how it says they belong together. Pure: text in, values out."""

"""The office above: roster, hand-out, intake, store, roll-up and summary."""

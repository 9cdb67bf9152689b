"""`python -m xltools`, and the command `xltools`."""

import gc
import signal


def run() -> None:
    """Run the command line as a program of its own."""
    gc.set_threshold(100_000)  # what is made at the start stays: Python would look through it over and over
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # while it starts there is nothing to break off in good order
    from xltools.cli import main

    try:
        main()
    finally:
        gc.freeze()  # or all of it would be looked through again, as the process ends


if __name__ == "__main__":
    run()

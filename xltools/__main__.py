"""`python -m xltools`, and the command `xltools`."""

import signal


def run() -> None:
    """Run the command line as a program of its own."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # while it starts there is nothing to break off in good order
    from xltools.cli import main

    main()


if __name__ == "__main__":
    run()

"""`python -m backend_factory.cli`, where the program itself is not on PATH."""

from backend_factory.cli.app import main

if __name__ == "__main__":
    main()

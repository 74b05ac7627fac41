"""`python -m engage` is `engage`."""

from engage.cli import main

if __name__ == "__main__":
    main()

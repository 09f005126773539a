"""`python -m livretpro.embedded PLAN`: the keeper of a server."""

from livretpro.embedded.keeper import main

if __name__ == "__main__":
    main()

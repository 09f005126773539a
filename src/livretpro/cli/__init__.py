"""The command line `livretpro`: one file per group of commands."""

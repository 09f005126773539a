"""The demo school: invented people, made by the same actions as real data, the same on each run."""

"""Writes of the bulletins: guards, one transaction, one journal entry per change."""

"""Registre: the national side, as a rehearsal: files received, bilans, records (spec 07)."""

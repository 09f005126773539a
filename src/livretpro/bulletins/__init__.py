"""Bulletins: subjects, services, frames, mock-ups, results, and the import of CPRO data."""

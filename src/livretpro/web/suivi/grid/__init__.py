"""The class grid: pupils × averages, competences and texts, in one page (spec 10, Feel)."""

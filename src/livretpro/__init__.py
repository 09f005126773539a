"""LivretPro: the livret scolaire of the vocational lycée (ARCHITECTURE.md)."""

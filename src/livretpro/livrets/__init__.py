"""The livret LSL Pro."""

"""The livrets of a division as a spreadsheet: its pages, written, and read back when filled."""

"""Schools, their people, and the SIECLE / STS import."""

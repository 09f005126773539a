"""The partner API over HTTP (docs/exploitation, « API des partenaires »)."""

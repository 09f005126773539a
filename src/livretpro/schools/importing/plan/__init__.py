"""What an import would change: values in, values out, no table."""

"""What every request and answer has in common: envelope, errors, headers, limits, logs."""

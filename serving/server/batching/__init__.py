"""Runs requests that come together as one batch, as the stock server does with `--enable_batching`."""

"""What the server tells of itself: Prometheus metrics under the stock server's names."""

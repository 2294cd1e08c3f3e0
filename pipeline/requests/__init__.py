"""What `bertline predict` is asked, and how it answers."""

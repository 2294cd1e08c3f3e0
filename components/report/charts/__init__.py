"""Charts as inline SVG: text stays text, and colours are the page's, which follow light, dark and print."""

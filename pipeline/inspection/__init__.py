"""`bertline data inspect`: what is amiss in labelled texts, before anything is trained on them."""

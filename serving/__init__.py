"""What serves a model: versioned folders, their promotion, and answers from them."""

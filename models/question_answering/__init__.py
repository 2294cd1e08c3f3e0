"""The rules of extractive question answering: answers in their contexts, their word pieces, and how they are judged."""

"""Named entities: tags of words, spans of characters, and the rules between them, in plain Python and in graphs."""

"""Running a recorded run again in a place of its own, and comparing what came out."""

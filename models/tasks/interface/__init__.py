"""What a task is: the interface that each module beside this package implements, and the values that it speaks of."""

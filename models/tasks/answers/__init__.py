"""What tasks answer, as types for programs that ask a served model."""

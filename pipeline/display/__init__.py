"""What a person sees of a run."""

from pipeline.display.display import Display

__all__ = ["Display"]

"""In which number format training computes here."""

from pipeline.doctor.finding import Finding


def check_precision(auto: str, configured: str, has_gpu: bool) -> Finding:
    """Compares the config's precision with the hardware's.

    Args:
        auto: What `auto` means here.
        configured: The config's `training.precision`.
        has_gpu: Whether a GPU trains.
    """
    if configured == "auto":
        reason = "the hardware has no faster format" if auto == "float32" else "the hardware computes in it"
        return Finding("ok", f"`auto` trains in {auto}: {reason}")
    # A GPU with bfloat16 has float16 too.
    native = {"float32", auto, *(["float16"] if has_gpu and auto == "bfloat16" else [])}
    if configured in native:
        return Finding("ok", f"{configured}, as the config says")
    return Finding(
        "warning",
        f"the config says {configured}, which this hardware only imitates, slowly",
        f"`training.precision: auto` would be {auto}",
    )

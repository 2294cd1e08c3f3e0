"""Amounts as Kubernetes writes them, and durations."""

CPU = r"^([1-9]\d*m|\d+(\.\d+)?)$"
MEMORY = r"^[1-9]\d*(\.\d+)?([KMGTPE]i?)?$"
DURATION = r"^[1-9]\d*[smhd]$"

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_BYTES = {suffix + i: (1024 if i else 1000) ** power for power, suffix in enumerate("KMGTPE", 1) for i in ("", "i")}


def seconds(duration: str) -> int:
    """The seconds of a duration such as `90m`."""
    return int(duration[:-1]) * _SECONDS[duration[-1]]


def cores(cpu: str) -> float:
    """The cores of `500m` or `2`."""
    return float(cpu[:-1]) / 1000 if cpu.endswith("m") else float(cpu)


def gigabytes(memory: str) -> float:
    """The gigabytes (10^9 bytes) of `16Gi`, `512M` or a number of bytes."""
    number = memory.rstrip("KMGTPEi")
    return float(number) * _BYTES.get(memory.removeprefix(number), 1) / 1e9

"""An emulation of Kubeflow Pipelines 2.14 to 2.17 that runs a compiled pipeline from its YAML alone, without a cluster.

Each behaviour names the file and the commit that it follows, as `driver/resolve.go@039ecf96`. The folders are those
of kubeflow/pipelines, `backend/src/v2/` (`argocompiler/` is `compiler/argocompiler/`, `apiserver/` is
`backend/src/apiserver/`); `argo/` is argoproj/argo-workflows, `workflow/controller/`.

What it is not: Kubernetes. A pod is a process of this machine, whose own disk is a folder; what asks for CPU, memory,
GPUs or nodes is read and checked, and has no effect. Two things differ from a container on purpose: paths below
`/minio`, `/s3`, `/gcs` and `/tmp/kfp*` lie in the pod's folder, and waiting before a retry takes no time.
"""

from kfp_emulator.emulated_kfp import EmulatedKfp
from kfp_emulator.faults import KillExecutor, KillLauncher
from kfp_emulator.refused import DriverFailed, Refused
from kfp_emulator.run_result import RunResult, State, TaskResult

__all__ = [
    "DriverFailed",
    "EmulatedKfp",
    "KillExecutor",
    "KillLauncher",
    "Refused",
    "RunResult",
    "State",
    "TaskResult",
]

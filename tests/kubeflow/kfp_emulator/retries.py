"""How often a task is tried: its retry policy as KFP renders it, and as Argo takes that."""

import dataclasses

from kfp.pipeline_spec.pipeline_spec_pb2 import PipelineTaskSpec

from kfp_emulator.refused import Refused


@dataclasses.dataclass(frozen=True)
class RetryStrategy:
    """A `retryStrategy` without a policy of its own, which Argo takes for OnFailure.

    `getTaskRetryParametersWithValues`, `addParameterDefault` in `argocompiler/container.go@00f7b52b`.

    Attributes:
        limit: Retries at most.
        wait_seconds: Before the first.
        factor: What each further wait is longer by; 0 is 1.
        max_seconds: How long all tries may take, and not how long a wait may; without a value it is 0, and nothing is
            tried again.
    """

    limit: int
    wait_seconds: int
    factor: int
    max_seconds: int

    def refusal(self, tries: int, seconds: float) -> str | None:
        """Why a failed task is not tried again: `processNodeRetries` in `argo/operator.go@481caa77`.

        Args:
            tries: How often it was tried.
            seconds: How long ago the first try began.

        Returns:
            The reason, or none where it is.
        """
        if seconds > self.max_seconds:
            return "Max duration limit exceeded"
        if seconds + self.wait(tries) > self.max_seconds:
            return "Backoff would exceed max duration limit"
        return "No more retries left" if tries > self.limit else None

    def wait(self, tries: int) -> float:
        """How long to wait after some tries, in seconds."""
        return self.wait_seconds * (self.factor or 1) ** (tries - 1)


def retry_strategy(task: PipelineTaskSpec) -> RetryStrategy | None:
    """A task's strategy.

    Args:
        task: The task.

    Returns:
        It, or none: then it is tried once.

    Raises:
        Refused: Argo cannot read it, which it says when a task has failed.
    """
    if not task.HasField("retry_policy"):
        return None
    policy = task.retry_policy
    if policy.backoff_factor != int(policy.backoff_factor):
        raise Refused(f"Argo takes whole numbers for retryPolicy.backoffFactor: {policy.backoff_factor}")
    return RetryStrategy(
        limit=policy.max_retry_count,
        wait_seconds=policy.backoff_duration.seconds,
        factor=int(policy.backoff_factor),
        max_seconds=policy.backoff_max_duration.seconds,
    )

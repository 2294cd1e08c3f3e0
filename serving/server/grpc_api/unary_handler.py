"""Turns a method on protos into a gRPC handler."""

import logging
import time
from collections.abc import Callable
from typing import Any

import grpc
from google.protobuf.message import DecodeError

from serving.server.serving_error import Code, ServingError

_LOG = logging.getLogger(__name__)
_LONGEST_MESSAGE = 1024


def unary_handler(
    request_type: Any,
    answer: Callable[[Any, grpc.ServicerContext], Any],
    answered: Callable[[Any, Code, float], None] = lambda request, code, seconds: None,
) -> grpc.RpcMethodHandler:
    """A handler that tells clients the errors of `answer`.

    Requests are parsed here rather than by gRPC, which would call unreadable bytes an internal error of the server.

    Args:
        request_type: The request's message class.
        answer: Takes the request and the call's context, gives the response; raises ServingError.
        answered: Told of each request that could be read how it ended, and after how many seconds.
    """

    def handle(payload: bytes, context: grpc.ServicerContext) -> Any:
        started, request = time.monotonic(), None
        try:
            request = request_type.FromString(payload)
            reply = answer(request, context).SerializeToString()
            answered(request, Code.OK, time.monotonic() - started)
            return reply
        except DecodeError:
            error = ServingError(Code.INVALID_ARGUMENT, f"the request is not a {request_type.DESCRIPTOR.full_name}")
        except ServingError as refused:
            error = refused
        except MemoryError:
            error = ServingError(Code.RESOURCE_EXHAUSTED, "not enough memory for this request")
        except Exception as fault:  # noqa: BLE001 (the client is told, the log has the rest)
            _LOG.exception("a fault of the server")
            error = ServingError(Code.INTERNAL, f"{type(fault).__name__}: {fault}")
        if request is not None:
            answered(request, error.code, time.monotonic() - started)
        return context.abort(grpc.StatusCode[error.code.name], _cut(error.message))

    return grpc.unary_unary_rpc_method_handler(handle)


def timeout_ms(context: grpc.ServicerContext, longest_ms: int = 0) -> int | None:
    """How long a call may still take, in milliseconds; None where nothing bounds it.

    Args:
        context: The call, whose client may have set a deadline.
        longest_ms: The server's own bound; 0 for none.

    Raises:
        ServingError: The deadline has passed already: nobody waits for the answer.
    """
    remaining = context.time_remaining()
    if remaining is None:
        return longest_ms or None
    if remaining <= 0:
        raise ServingError(Code.DEADLINE_EXCEEDED, "the deadline passed before the request was looked at")
    # A client without a deadline may also show as one in the far future.
    return min(int(remaining * 1000) + 1, longest_ms or 2**31 - 1)


def _cut(message: str) -> str:
    return message if len(message) <= _LONGEST_MESSAGE else message[:_LONGEST_MESSAGE] + "...TRUNCATED"

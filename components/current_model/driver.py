"""What makes CurrentModel's result from an earlier run valid in this one."""

import dataclasses
import json

from tfx.dsl.components.base import base_driver
from tfx.orchestration import metadata
from tfx.orchestration.portable import base_driver as portable_base_driver
from tfx.orchestration.portable.data_types import ExecutionInfo
from tfx.proto.orchestration import driver_output_pb2

from components.current_model.find_current_model import find_current_model
from serving.config import ServingConfig


class Driver(base_driver.BaseDriver, portable_base_driver.BaseDriver):
    """Adds the version in service to the properties, and thereby to TFX's cache key.

    TFX wants both base classes: the first is checked for, the second is run.
    """

    def __init__(self, mlmd_connection: metadata.Metadata) -> None:
        base_driver.BaseDriver.__init__(self, mlmd_connection)
        portable_base_driver.BaseDriver.__init__(self, mlmd_connection)

    def run(self, execution_info: ExecutionInfo) -> driver_output_pb2.DriverOutput:
        """Called by TFX before it looks for a cached result."""
        properties = execution_info.exec_properties
        serving = ServingConfig.model_validate_json(properties["serving"])
        record = find_current_model(serving, properties["model_name"])
        output = driver_output_pb2.DriverOutput()
        output.exec_properties["in_service"].string_value = json.dumps(dataclasses.asdict(record))
        return output

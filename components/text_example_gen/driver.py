"""What makes TextExampleGen's result from an earlier run valid in this one."""

from tfx.dsl.components.base import base_driver
from tfx.orchestration import metadata
from tfx.orchestration.portable import base_driver as portable_base_driver
from tfx.orchestration.portable.data_types import ExecutionInfo
from tfx.proto.orchestration import driver_output_pb2

from components.text_example_gen.config import DataConfig
from components.text_example_gen.fingerprint import data_fingerprint


class Driver(base_driver.BaseDriver, portable_base_driver.BaseDriver):
    """Adds a fingerprint of the files to the properties, and thereby to TFX's cache key.

    TFX wants both base classes: the first is checked for, the second is run.
    """

    def __init__(self, mlmd_connection: metadata.Metadata) -> None:
        base_driver.BaseDriver.__init__(self, mlmd_connection)
        portable_base_driver.BaseDriver.__init__(self, mlmd_connection)

    def run(self, execution_info: ExecutionInfo) -> driver_output_pb2.DriverOutput:
        """Called by TFX before it looks for a cached result."""
        data = DataConfig.model_validate_json(execution_info.exec_properties["data"])
        output = driver_output_pb2.DriverOutput()
        output.exec_properties["fingerprint"].string_value = data_fingerprint(data)
        return output

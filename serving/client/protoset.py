"""Writes the protocol as a protoset for grpcurl: `python -m serving.client.protoset FILE`."""

import pathlib
import sys

from serving.client.messages import protocol_files

if __name__ == "__main__":
    pathlib.Path(sys.argv[1]).write_bytes(protocol_files().SerializeToString())

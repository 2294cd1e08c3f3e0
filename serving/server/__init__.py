"""The embedded model server: TensorFlow Serving's gRPC and REST, for a developer's machine.

`engine` runs SavedModels, `batching` runs several requests as one, `versions` decides which models are loaded,
`inference` answers requests, `grpc_api` and `rest` carry them, `monitoring` counts them, `prediction_log` writes some
of them down, `ui` is a page to try a model on.
"""

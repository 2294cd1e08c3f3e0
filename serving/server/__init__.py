"""The embedded model server: TensorFlow Serving's gRPC and REST, for a developer's machine.

`engine` runs SavedModels, `versions` decides which are loaded, `inference` answers requests, `grpc_api` and `rest`
carry them. What is still to come has its place: batching in `engine.servable.Servable.run`, metrics and the prediction
log in `inference.service`, reflection in `grpc_api.grpc_server`, the pages for metrics and for trying the model in
`rest.rest_server`.
"""

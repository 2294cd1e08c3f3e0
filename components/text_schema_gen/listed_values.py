"""The values that a schema allows a column."""

from tensorflow_metadata.proto.v0 import schema_pb2


def listed_values(schema: schema_pb2.Schema, name: str) -> tuple[str, ...] | None:
    """The strings that a schema lists for a column; None where it lists none.

    Args:
        schema: The schema.
        name: The column.
    """
    domains = {domain.name: domain for domain in schema.string_domain}
    for feature in schema.feature:
        if feature.name == name and feature.WhichOneof("domain_info") == "string_domain":
            return tuple(feature.string_domain.value)
        if feature.name == name and feature.domain in domains:
            return tuple(domains[feature.domain].value)
    return None

"""The config section `report`: what the page of a run may show, and what a model card says in words."""

import pydantic

from models.config import Section


class ModelCardConfig(Section):
    """What only people know of a model; the rest of its card is filled in from the run."""

    overview: str = pydantic.Field(default="", description="What the model is for, in a sentence or two.")
    owners: tuple[str, ...] = pydantic.Field(default=(), description="Who answers for it: people or teams.")
    license: str = pydantic.Field(
        default="", description="The licence of the model, as an SPDX identifier or in words."
    )
    references: tuple[str, ...] = pydantic.Field(default=(), description="Where more is to be read.")
    users: str = pydantic.Field(default="", description="Who should use it.")
    use_cases: str = pydantic.Field(default="", description="What for, and what not for.")
    limitations: str = pydantic.Field(default="", description="Where it is known to fail.")
    tradeoffs: str = pydantic.Field(default="", description="What was given up for what.")
    ethical_considerations: str = pydantic.Field(default="", description="Whom it may harm, and what is done about it.")


class ReportConfig(Section):
    """What the page of a run shows."""

    texts: bool = pydantic.Field(
        default=True,
        description="Whether texts of the data may stand on the page. Without them it lacks the most wrong rows, and "
        "rejected rows and anomalies are named by their kinds only; labels and names of slices stay.",
    )
    model_card: ModelCardConfig = ModelCardConfig()

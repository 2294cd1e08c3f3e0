"""The config sections that the ML code reads: `model` and `training`."""

from typing import Any, Literal, Self

import pydantic

_SCRATCH = "scratch:"
_FREEZE_NAMES = ("none", "embeddings", "all")


class Section(pydantic.BaseModel):
    """A frozen part of the config; unknown fields are errors, so that a misspelt one is never ignored."""

    model_config = pydantic.ConfigDict(frozen=True, extra="forbid", validate_default=True, allow_inf_nan=False)


class ScratchConfig(Section):
    """With `preset: scratch`: a BERT whose weights begin at random, its vocabulary and its sizes."""

    vocabulary: str = pydantic.Field(
        description="The WordPiece vocabulary, a token a line, such as `bertline vocabulary` writes."
    )
    lowercase: bool = pydantic.Field(
        default=True, description="Whether the vocabulary is of lower-cased text without accents."
    )
    num_layers: int = pydantic.Field(default=4, ge=1, description="Transformer layers.")
    hidden_dim: int = pydantic.Field(default=256, ge=1, description="Width; a multiple of `num_heads`.")
    num_heads: int = pydantic.Field(default=4, ge=1, description="Attention heads of each layer.")
    intermediate_dim: int | None = pydantic.Field(
        default=None, ge=1, description="Width between a layer's two dense parts; four times `hidden_dim` by default."
    )
    max_sequence_length: int = pydantic.Field(
        default=512, ge=8, le=512, description="Positions that have an embedding: the longest input ever."
    )

    @pydantic.model_validator(mode="after")
    def _heads_share_the_width(self) -> Self:
        if self.hidden_dim % self.num_heads:
            raise ValueError(f"hidden_dim: {self.hidden_dim} is no multiple of num_heads, {self.num_heads}")
        return self

    @classmethod
    def of_source(cls, source: str) -> Self | None:
        """What `ModelConfig.source` stands for; None where that is a preset."""
        return cls.model_validate_json(source.removeprefix(_SCRATCH)) if source.startswith(_SCRATCH) else None

    def to_source(self) -> str:
        """The inverse of `of_source`."""
        return f"{_SCRATCH}{self.model_dump_json()}"

    def inner_dim(self) -> int:
        """The width between a layer's two dense parts."""
        return self.intermediate_dim or 4 * self.hidden_dim

    def num_parameters(self, vocabulary_size: int = 30_522) -> int:
        """Weights of the network, without the biases and scales, which are few."""
        embeddings = (vocabulary_size + self.max_sequence_length) * self.hidden_dim
        layer = 4 * self.hidden_dim**2 + 2 * self.hidden_dim * self.inner_dim()
        return embeddings + self.num_layers * layer


class ModelConfig(Section):
    """Which BERT, and how much text it reads."""

    preset: str = pydantic.Field(
        default="minilm_l6_en",
        description="Pretrained weights: `minilm_l6_en` (bundled), a KerasHub preset, `hf://…`, or a local folder; or "
        "`scratch`, for weights that begin at random.",
    )
    scratch: ScratchConfig | None = pydantic.Field(
        default=None, description="With `preset: scratch`: the vocabulary and the sizes of the model."
    )
    sequence_length: int = pydantic.Field(
        default=128, ge=8, le=512, description="Longest input in word pieces, special tokens included."
    )
    dropout: float = pydantic.Field(default=0.1, ge=0, lt=1, description="Dropout before the task's head.")
    served_precision: Literal["float32", "bfloat16"] = pydantic.Field(
        default="float32",
        description="What the served model computes in, its head aside: `bfloat16` is faster on servers whose "
        "processors have its instructions (avx512_bf16, amx_bf16), and not meant for others. Models are judged as they "
        "are served.",
    )

    @pydantic.model_validator(mode="after")
    def _scratch_has_sizes(self) -> Self:
        if self.preset == "scratch" and self.scratch is None:
            raise ValueError("scratch: `preset: scratch` needs it: a vocabulary and sizes, {vocabulary: vocab.txt}")
        if self.scratch and self.preset != "scratch":
            raise ValueError(f"scratch: goes with `preset: scratch`, not with {self.preset}; leave one of them out")
        if self.scratch and self.sequence_length > self.scratch.max_sequence_length:
            raise ValueError(
                f"sequence_length: {self.sequence_length} is more than scratch.max_sequence_length, "
                f"{self.scratch.max_sequence_length}"
            )
        return self

    @property
    def source(self) -> str:
        """What is loaded: the preset's name; or all of `scratch`, so that it travels like a name."""
        return self.scratch.to_source() if self.scratch else self.preset


class TrainingConfig(Section):
    """How the network is fine-tuned."""

    start_from: Literal["preset", "current"] = pydantic.Field(
        default="preset",
        description="Whose weights a training begins with: the preset's, or `current`, those of the model in service, "
        "and the preset's where there is none that fits (docs/continuous_training.md).",
    )
    epochs: int = pydantic.Field(default=3, ge=1, description="Passes over the train split at most.")
    batch_size: int = pydantic.Field(default=32, ge=1, description="Rows per step.")
    learning_rate: float = pydantic.Field(default=5e-5, gt=0, description="Peak learning rate, after the warm-up.")
    warmup_fraction: float = pydantic.Field(
        default=0.1, ge=0, le=1, description="Part of all steps in which the learning rate rises from zero."
    )
    weight_decay: float = pydantic.Field(
        default=0.01, ge=0, description="AdamW's decay; never on biases and LayerNorm."
    )
    clip_norm: float = pydantic.Field(default=1.0, gt=0, description="Largest global norm of a step's gradients.")
    precision: Literal["auto", "float32", "bfloat16", "float16"] = pydantic.Field(
        default="auto", description="`auto`: bfloat16 where the hardware computes in it, float32 elsewhere."
    )
    early_stopping_patience: int = pydantic.Field(
        default=2, ge=0, description="Epochs without a better metric before training stops; 0 never stops early."
    )
    keep_epoch: Literal["best", "last"] = pydantic.Field(
        default="best",
        description="Which epoch's weights are exported: `best`, by the task's metric of the eval split, or `last`, "
        "where that split is too small or too old to choose (docs/continuous_training.md). With `last`, no training "
        "ends early.",
    )
    seed: int = pydantic.Field(default=42, ge=0, description="The same seed gives the same model on CPU.")
    freeze: Literal["none", "embeddings", "all"] | int = pydantic.Field(
        default="none",
        description="What keeps the preset's weights: `embeddings`; a number n, for the embeddings and the n lowest "
        "transformer layers; `all`, so that only the task's head is trained.",
    )
    lora_rank: int | None = pydantic.Field(
        default=None,
        ge=1,
        description="Low-rank adaptation: the backbone is frozen, and matrices of this rank are trained beside its "
        "query and value projections, with a larger learning rate (such as 5e-4). They are merged into the served "
        "model. Off by default.",
    )
    class_weights: Literal["none", "balanced"] | dict[str, float] = pydantic.Field(
        default="none",
        description="How much each class counts in the loss: `balanced`, all classes the same, however rare; or a "
        "mapping of labels to weights, 1 for those it leaves out. Metrics are not weighted.",
    )
    label_smoothing: float = pydantic.Field(
        default=0.0, ge=0, lt=1, description="Share of each label that the loss spreads evenly over all classes."
    )
    gradient_accumulation_steps: int = pydantic.Field(
        default=1,
        ge=1,
        description="Steps whose gradients are averaged for one update: a larger batch in the same memory. The last "
        "steps of a training that do not fill an update are without effect.",
    )
    devices: Literal["auto"] | int = pydantic.Field(
        default="auto",
        description="On how many GPUs each batch is computed, in equal parts. `auto`: all there are, but one with "
        "`xla`, `gradient_accumulation_steps` or float16, which need a single device.",
    )
    xla: bool = pydantic.Field(
        default=False,
        description="Compile each step with XLA, padding texts to multiples of 32 word pieces. Meant for GPUs: on CPUs "
        "it is several times slower.",
    )

    @pydantic.field_validator("freeze", mode="before")
    @classmethod
    def _freeze_is_a_part(cls, value: Any) -> Any:
        if value in _FREEZE_NAMES or (_is_integer(value) and value >= 1):
            return value
        raise ValueError(f"is {', '.join(_FREEZE_NAMES)} or a number of transformer layers, 1 or more")

    @pydantic.field_validator("class_weights", mode="before")
    @classmethod
    def _weights_are_positive(cls, value: Any) -> Any:
        if value in ("none", "balanced"):
            return value
        if not isinstance(value, dict) or not value:
            raise ValueError("is none, balanced or a mapping of labels to weights, such as {refund: 2.0}")
        for label, weight in value.items():
            if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 < weight < float("inf"):
                raise ValueError(f"the weight of {label!r} is not a number above 0: {weight!r}")
        return value

    @pydantic.field_validator("devices", mode="before")
    @classmethod
    def _devices_are_a_number(cls, value: Any) -> Any:
        if value == "auto" or (_is_integer(value) and value >= 1):
            return value
        raise ValueError("is auto or a number of devices, 1 or more")

    @pydantic.model_validator(mode="after")
    def _settings_go_together(self) -> Self:
        if self.lora_rank is not None and self.freeze != "none":
            raise ValueError("freeze: leave it out with lora_rank, which freezes the whole backbone")
        needs = self.needs_one_device()
        if needs and self.devices != "auto" and self.devices > 1:
            raise ValueError(f"devices: {needs} works on one device only; set devices to 1, or leave out {needs}")
        return self

    def needs_one_device(self) -> str:
        """The setting that Keras cannot spread over several devices; empty where there is none."""
        if self.xla:
            return "xla"
        if self.gradient_accumulation_steps > 1:
            return "gradient_accumulation_steps"
        # Each device would find its own gradients' overflows, and not the others'.
        return "precision: float16" if self.precision == "float16" else ""


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)

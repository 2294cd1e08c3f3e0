"""The config sections that the ML code reads: `model` and `training`."""

from typing import Literal

import pydantic


class Section(pydantic.BaseModel):
    """A frozen part of the config; unknown fields are errors, so that a misspelt one is never ignored."""

    model_config = pydantic.ConfigDict(frozen=True, extra="forbid", validate_default=True)


class ModelConfig(Section):
    """Which BERT, and how much text it reads."""

    preset: str = pydantic.Field(
        default="minilm_l6_en",
        description="Pretrained weights: `minilm_l6_en` (bundled), a KerasHub preset, `hf://…`, or a local folder.",
    )
    sequence_length: int = pydantic.Field(
        default=128, ge=8, le=512, description="Longest input in word pieces, special tokens included."
    )
    dropout: float = pydantic.Field(default=0.1, ge=0, lt=1, description="Dropout before the task's head.")


class TrainingConfig(Section):
    """How the network is fine-tuned."""

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
    seed: int = pydantic.Field(default=42, ge=0, description="The same seed gives the same model on CPU.")

"""Answers files with Beam, into a folder of shards that a later start goes on with.

The work is Beam's RunInference with a handler of ours, and not TFX's BulkInferrer. That is a TFX component: it wants
tf.Examples in an artifact and a metadata store, asks the serialized-Example signature in batches in the order of rows,
so that short texts are padded for long ones, and writes PredictionLogs of requests and replies as one output, which is
there whole or not at all: a kill costs everything. RunInference loads the model once for each worker, shares it between
threads, counts and times inferences, and leaves to the handler what an example is: here a part of some thousand rows,
which it answers through the raw-string signature, sorted by length. A part is read, answered and written in one place,
so that rows never travel between workers and memory does not grow with the input; its shard is its checkpoint.
"""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import apache_beam as beam
from apache_beam.ml.inference.base import ModelHandler, RunInference
from apache_beam.options.pipeline_options import PipelineOptions

from components.text_example_gen.block import Block
from models.tasks.interface.chosen_task import ChosenTask
from models.tasks.interface.task import Task
from models.user_error import UserError
from pipeline.prediction.answer_part import AnsweredPart, answer_part
from pipeline.prediction.answers_rows import LocalAnswers
from pipeline.prediction.input_files import InputFiles
from pipeline.prediction.output_folder import OutputFolder
from pipeline.prediction.part import Part, PartReader


class PartHandler(ModelHandler[Part, AnsweredPart, LocalAnswers]):
    """Answers parts with a SavedModel; plain values, so that it travels to workers."""

    def __init__(self, model_folder: str, task: str) -> None:
        """Loads nothing yet.

        Args:
            model_folder: The SavedModel.
            task: The task, as `ChosenTask.to_json` writes it.
        """
        super().__init__()
        self._model_folder, self._task = model_folder, task

    def load_model(self) -> LocalAnswers:
        """Loads the model, once for each worker."""
        return LocalAnswers(self._model_folder)

    def run_inference(
        self, batch: Sequence[Part], model: LocalAnswers, inference_args: Mapping[str, Any] | None = None
    ) -> list[AnsweredPart]:
        """Answers parts."""
        task = ChosenTask.from_json(self._task).build()
        return [_answered(part, model, task) for part in batch]

    def batch_elements_kwargs(self) -> dict[str, Any]:
        """A part is a batch of texts already: a second one beside it would only wait."""
        return {"min_batch_size": 1, "max_batch_size": 1}


# Not frozen, as Beam sets attributes of transforms; `eq=False`, as it hashes them.
@dataclasses.dataclass(eq=False)
class AnswerFiles(beam.PTransform):
    """Writes the answers to the rows of files that are not written yet.

    Attributes:
        inputs: The files.
        handler: Answers parts.
        output: Where to write.
    """

    inputs: InputFiles
    handler: PartHandler
    output: OutputFolder

    def expand(self, root: beam.pvalue.PBegin) -> beam.PCollection[None]:
        """Reads, answers and writes part by part."""
        return (
            root
            | "List files" >> beam.Create(self.inputs.files)
            | "Cut into blocks" >> beam.FlatMap(self.inputs.reader.blocks)
            | "Spread blocks" >> beam.Reshuffle()
            | "Read parts" >> beam.FlatMap(_read, self.inputs.reader, self.output)
            | "Answer parts" >> RunInference(self.handler)
            | "Write shards" >> beam.Map(self.output.write)
        )


def answer_with_beam(inputs: InputFiles, handler: PartHandler, output: OutputFolder, arguments: Sequence[str]) -> None:
    """Runs the pipeline.

    Args:
        inputs: The files.
        handler: Answers parts.
        output: Where to write; parts that are there are left out.
        arguments: Beam's options.
    """
    with beam.Pipeline(options=PipelineOptions(list(arguments))) as pipeline:
        _ = pipeline | "Answer files" >> AnswerFiles(inputs, handler, output)


def _answered(part: Part, model: LocalAnswers, task: Task) -> AnsweredPart:
    try:
        return answer_part(part, model, task)
    except UserError as error:
        # Of an error that leaves a worker Beam keeps no more than the text of its stack trace.
        return AnsweredPart(part.name, (), (), str(error))


def _read(block: Block, reader: PartReader, output: OutputFolder) -> Iterator[Part]:
    return reader.parts(block, output.is_done)

"""A sample of the texts of a run's examples."""

import glob
from collections.abc import Iterable, Sequence

import tensorflow as tf

from models.tasks.interface.task import Task
from models.user_error import UserError
from pipeline.monitoring.distinct_sample import DistinctSample
from pipeline.monitoring.request_key import request_key


def sampled_texts(folders: Iterable[str], task: Task, columns: Sequence[str], size: int) -> tuple[dict[str, str], ...]:
    """Reads examples.

    Args:
        folders: Of splits.
        task: Says which texts there are.
        columns: The texts that the served model reads.
        size: How many different rows are wanted at most.

    Returns:
        The texts of each row, by column.

    Raises:
        UserError: The examples hold no texts, as those of documents that were cut up before.
    """
    sample = DistinctSample[dict[str, str]](size)
    files = [path for folder in folders for path in sorted(glob.glob(f"{glob.escape(folder)}/*"))]
    for serialized in tf.data.TFRecordDataset(files, compression_type="GZIP").as_numpy_iterator():
        features = tf.train.Example.FromString(serialized).features.feature
        if not set(columns) <= features.keys():
            raise UserError(
                f"the examples of {task.name} do not hold the texts {', '.join(columns)}, with which requests could be "
                "compared: this task cannot be monitored"
            )
        values = {name: features[name].bytes_list.value for name in columns}
        texts = {name: value[0].decode(errors="replace") if value else "" for name, value in values.items()}
        sample.add(request_key(task, texts), texts)
    return sample.rows()

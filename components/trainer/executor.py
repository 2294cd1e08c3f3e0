"""The work of Trainer."""

from typing import Any

from tfx.components.trainer.executor import GenericExecutor
from tfx.components.trainer.fn_args_utils import FnArgs
from tfx.types import Artifact
from tfx.types.artifact_utils import get_single_uri, get_split_uris
from tfx.utils.io_utils import all_files_pattern
from typing_extensions import override

from components.run_parameters import with_run_parameters
from components.text_example_gen.label_vocabulary import kept_labels, labels_file, read_label_vocabulary
from models.config import TrainingConfig
from models.labels import KEPT_LABELS
from models.training.predict_texts import PREDICTIONS_FOLDER, RAW_EVAL_FILES


class Executor(GenericExecutor):
    """TFX's, which also tells the `run_fn` where the raw rows of eval are, and where to write the answers to them.

    What was set for this run alone goes before the config.
    """

    @override
    def _GetFnArgs(
        self,
        input_dict: dict[str, list[Artifact]],
        output_dict: dict[str, list[Artifact]],
        exec_properties: dict[str, Any],
    ) -> FnArgs:
        fn_args = super()._GetFnArgs(input_dict, output_dict, exec_properties)
        training = TrainingConfig.model_validate(fn_args.custom_config["training"])
        training = with_run_parameters("training", training, exec_properties)
        fn_args.custom_config["training"] = training.model_dump()
        fn_args.custom_config[RAW_EVAL_FILES] = [
            all_files_pattern(uri) for uri in get_split_uris(input_dict["raw_examples"], "eval")
        ]
        kept = kept_labels(read_label_vocabulary(labels_file(get_single_uri(input_dict["label_vocabulary"]))))
        if kept:
            fn_args.custom_config[KEPT_LABELS] = list(kept)
        fn_args.custom_config[PREDICTIONS_FOLDER] = get_single_uri(output_dict["predictions"])
        return fn_args

"""Warm-up requests, of every signature on texts."""

import pathlib

import tensorflow as tf
from tensorflow_serving.apis import prediction_log_pb2

from serving.link_folder import link_folder
from serving.warm_up_requests import write_warm_up_requests


class Pairs(tf.Module):
    """Signatures as the project's models have them."""

    @tf.function(
        input_signature=[
            tf.TensorSpec([None], tf.string, name="text"),
            tf.TensorSpec([None], tf.string, name="text_pair"),
        ]
    )
    def on_columns(self, text: tf.Tensor, text_pair: tf.Tensor) -> dict[str, tf.Tensor]:
        return {"joined": text + text_pair}

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="examples")])
    def on_examples(self, examples: tf.Tensor) -> dict[str, tf.Tensor]:
        spec = {name: tf.io.FixedLenFeature([], tf.string) for name in ("text", "text_pair")}
        return self.on_columns(**tf.io.parse_example(examples, spec))

    @tf.function(input_signature=[tf.TensorSpec([None, None], tf.int32, name="token_ids")])
    def on_tokens(self, token_ids: tf.Tensor) -> dict[str, tf.Tensor]:
        return {"size": tf.size(token_ids)}


def test_a_request_for_each_signature_on_texts_and_each_batch(tmp_path: pathlib.Path) -> None:
    module, folder = Pairs(), tmp_path / "1"
    signatures = {
        "serving_default": module.on_columns,
        "serve_examples": module.on_examples,
        "serve_tokens": module.on_tokens,
    }
    tf.saved_model.save(module, str(folder), signatures=signatures)
    batches = [[{"text": "a", "text_pair": "b"}], [{"text": "é"}, {"text": "c", "text_pair": "d"}]]
    assert write_warm_up_requests(folder, batches, columns=["text", "text_pair"]) == 4
    path = folder / "assets.extra" / "tf_serving_warmup_requests"
    served = tf.saved_model.load(str(folder)).signatures
    joined = []
    for record in tf.data.TFRecordDataset(str(path)).as_numpy_iterator():
        request = prediction_log_pb2.PredictionLog.FromString(record).predict_log.request
        inputs = {name: tf.constant(tf.make_ndarray(tensor)) for name, tensor in request.inputs.items()}
        joined.append(served[request.model_spec.signature_name](**inputs)["joined"].numpy().tolist())
    assert joined == [[b"ab"], ["é".encode(), b"cd"]] * 2


def test_linked_folders_share_files_and_take_new_ones(tmp_path: pathlib.Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    (source / "variables").mkdir(parents=True)
    (source / "variables" / "data").write_text("weights")
    link_folder(source, target)
    (target / "assets.extra").mkdir()
    (target / "assets.extra" / "new").write_text("new")
    assert (target / "variables" / "data").read_text() == "weights"
    assert (source / "variables" / "data").samefile(target / "variables" / "data")
    assert not (source / "assets.extra").exists()

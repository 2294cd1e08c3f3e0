import tensorflow as tf

from models.text_pairs.in_turns import in_turns
from models.text_pairs.text_ids import text_ids


def test_equal_rows_alone_have_equal_ids() -> None:
    rows = [[2, 5, 3], [2, 53], [25, 3], [2, 5, 3], [], [2, 5, 3, 0], [3, 5, 2]]
    ids = text_ids(tf.ragged.constant(rows, tf.int32)).numpy()
    assert ids.dtype == "int64"
    assert (ids >= 0).all()
    assert ids[0] == ids[3]
    assert len(set(ids.tolist())) == len(rows) - 1


def test_ids_do_not_depend_on_the_other_rows_or_the_type() -> None:
    alone = text_ids(tf.ragged.constant([[2, 5, 3]], tf.int64)).numpy()
    assert alone[0] == text_ids(tf.ragged.constant([[9] * 50, [2, 5, 3]], tf.int32)).numpy()[1]


def test_no_rows_have_no_ids() -> None:
    assert text_ids(tf.RaggedTensor.from_row_lengths(tf.zeros([0], tf.int32), [])).shape == [0]


def test_rows_are_put_in_turns() -> None:
    first, second = tf.ragged.constant([[1], [2, 2], []]), tf.ragged.constant([[4, 4, 4], [], [6]])
    assert in_turns(first, second).to_list() == [[1], [4, 4, 4], [2, 2], [], [], [6]]
    assert in_turns(first[:0], second[:0]).nrows() == 0

from wann.streams import stream


def test_a_stream_depends_on_seed_name_and_indices_alone() -> None:
    assert stream(1, "breed", 3).random() == stream(1, "breed", 3).random()
    others = [
        stream(2, "breed", 3),
        stream(1, "weights", 3),
        stream(1, "breed", 4),
        stream(1, "breed"),
    ]
    assert len({rng.random() for rng in [stream(1, "breed", 3), *others]}) == 5

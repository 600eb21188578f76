"""Which calls of a reference fail before one goes through."""

from refunds_embedded.sandbox.books.faults import FaultCounter


def test_first_calls_of_each_reference_fail() -> None:
    counter = FaultCounter(2)

    assert [counter.strikes("att_1") for _ in range(3)] == [True, True, False]
    assert counter.strikes("att_2")


def test_without_faults_every_call_goes_through() -> None:
    assert not FaultCounter(0).strikes("att_1")


def test_oldest_reference_is_forgotten_when_full() -> None:
    counter = FaultCounter(1, references_max=1)
    counter.strikes("att_1")
    counter.strikes("att_2")

    assert not counter.strikes("att_2")
    assert counter.strikes("att_1")

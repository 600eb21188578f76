"""Which situations a run has: those that it asks for, and those that its planted bug needs."""

from refunds_simulation.bugs import BUGS, with_situations
from refunds_simulation.runs.run import run
from refunds_simulation.settings import RunSettings
from refunds_simulation.world.situations.plan import KINDS, plan

ALL = frozenset(KINDS)


def test_a_run_has_no_situation_unless_it_asks_for_one() -> None:
    assert plan(RunSettings(seed=1)) == []


def test_each_hour_has_each_situation_once_within_the_hour() -> None:
    planned = plan(RunSettings(seed=1, hours=3, situations=ALL))

    assert sorted((int(each.at_s // 3_600), each.kind) for each in planned) == sorted(
        (hour, kind) for hour in range(3) for kind in KINDS
    )
    assert len({each.number for each in planned}) == len(planned)


def test_the_plan_of_fewer_hours_or_situations_is_a_part_of_the_whole_plan() -> None:
    whole = plan(RunSettings(seed=1, hours=9, situations=ALL))

    fewer_hours = plan(RunSettings(seed=1, hours=4, situations=ALL))
    one_kind = plan(RunSettings(seed=1, hours=9, situations=frozenset({"keys_collide"})))

    assert [each for each in whole if each.at_s < 4 * 3_600.0] == fewer_hours
    assert [each for each in whole if each.kind == "keys_collide"] == one_kind


def test_a_bug_adds_the_situations_that_it_needs_and_each_of_them_exists() -> None:
    for bug in BUGS.values():
        settings = with_situations(RunSettings(seed=1, bug=bug.name))

        assert settings.situations == bug.situations
        assert bug.situations <= ALL


def test_a_situation_is_left_out_by_its_number() -> None:
    settings = RunSettings(seed=1, hours=1, situations=frozenset({"keys_collide"}))
    (planned,) = plan(settings)

    result = run(RunSettings(seed=1, hours=1, situations=ALL, without_scripts=frozenset({planned.number})))

    assert "situation keys_collide" not in result.faults
    assert result.faults["situation books_outdated"] == 1

"""From [release] window and freeze to a calendar; `window` gives the time zone of both."""

from datetime import tzinfo

from gonogo.config.complaints import closest
from gonogo.config.release_models import FreezeModel, ReleaseModel, WindowModel
from gonogo.core.window import DAYS, Calendar, Freeze, Window


def calendars(release: ReleaseModel | None, found: list[str]) -> dict[str, Calendar]:
    """Return the windows and the freezes; complaints are added to `found`."""
    if release is None:
        return {}
    models = release.window or []
    made: dict[str, Calendar] = {}
    if release.window is not None:
        if not models:
            found.append("[release] window: an empty list is never open; leave it out")
        windows = tuple(w for each in models if (w := _window(each, found)) is not None)
        made = {"window": windows} if windows else {}
    default = models[0].time_zone if models else "UTC"
    freezes = tuple(
        f for each in release.freeze or [] if (f := _freeze(each, default, found)) is not None
    )
    return {**made, "freeze": freezes} if freezes else made


def _window(model: WindowModel, found: list[str]) -> Window | None:
    zone = _zone(model.time_zone, "[release.window]", found)
    if model.from_ == model.to:
        found.append("[release.window] to: the same as from, so it is never or always open")
    if model.days is not None and not model.days:
        found.append("[release.window] days: name at least one")
    days = frozenset(DAYS.index(day) for day in model.days or DAYS)
    return None if zone is None else Window(days, model.from_, model.to, zone)


def _freeze(model: FreezeModel, default: str, found: list[str]) -> Freeze | None:
    if model.to < model.from_:
        found.append("[release.freeze] to: before from")
    # a zone of the window that is not known has been complained about
    where = "[release.freeze]" if model.time_zone else ""
    zone = _zone(model.time_zone or default, where, found)
    return None if zone is None else Freeze(model.from_, model.to, zone, model.reason)


def _zone(name: str, where: str, found: list[str]) -> tzinfo | None:
    import zoneinfo  # noqa: PLC0415 - most runs have no calendar

    try:
        return zoneinfo.ZoneInfo(name)
    except (
        zoneinfo.ZoneInfoNotFoundError,
        OSError,
        ValueError,
    ):  # a name that is a folder, that leads out, that is no name
        hint = closest(name, zoneinfo.available_timezones()) or ', such as "Europe/Berlin"'
        if where:
            found.append(f"{where} time-zone: {name!r} is not known here{hint}")
        return None

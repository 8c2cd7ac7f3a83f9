"""From the [journeys.*] sections to the ways that a run walks."""

from collections.abc import Collection, Mapping
from typing import Any

from gonogo.config.complaints import closest
from gonogo.config.expect_models import ExpectModel
from gonogo.config.journey_models import AuthModel, KeyModel, WriteModel
from gonogo.config.paths import check_path, check_tests
from gonogo.core.journey import AuthWay, KeyWay, Way, WriteWay
from gonogo.core.subject import Expectation, Polling, Service, Target

SHORTEST_SWEEP_S = 300.0
Model = AuthModel | KeyModel | WriteModel


def journeys(
    sections: Mapping[str, Model] | None,
    services: Mapping[str, Service],
    target: Target,
    found: list[str],
) -> dict[str, Way]:
    """Return the journeys by slug; complaints are added to `found`."""
    built: dict[str, Way] = {}
    ordered = sorted((sections or {}).items(), key=lambda each: each[1].kind == "read-write")
    for slug, model in ordered:  # logins first: the others may use them
        shared = _shared(slug, model, services, target, found)
        match model:
            case AuthModel():
                built[slug] = _auth(model, shared, found)
            case KeyModel():
                built[slug] = _key(model, shared, target, found)
            case WriteModel():
                built[slug] = _write(model, shared, built, found)
    return built


def secrets(ways: Mapping[str, Way]) -> list[str]:
    """Return the values that no output may show."""
    values: list[str | None] = []
    for way in ways.values():
        if isinstance(way, AuthWay):
            values.append(way.fields[way.password_field])
            values += [v for k, v in way.fields.items() if "secret" in k.lower()]
        if isinstance(way, KeyWay):
            values += [way.key, way.test_key]
        if isinstance(way, WriteWay):
            values += [part for _, value in way.headers for part in (value, value.split(" ")[-1])]
    return [value for value in values if value]


def _shared(
    slug: str, model: Model, services: Mapping[str, Service], target: Target, found: list[str]
) -> dict[str, Any]:
    owner = model.service or slug.rpartition("/")[0]
    service = services.get(owner)
    if service is None and len(services) == 1 and model.service is None:
        service = next(iter(services.values()))
    if service is None and services:
        hint = closest(owner, services) or f"; known: {', '.join(services)}"
        found.append(f'[journeys."{slug}"] service: {owner or slug!r} is no service{hint}')
    return {
        "slug": slug,
        "url": service.url if service else target.url,
        "service": service.slug if service else None,
        "critical": model.critical,
        "timeout": model.timeout,
        "retry": Polling(model.retry.attempts, model.retry.interval),
    }


def _auth(model: AuthModel, shared: dict[str, Any], found: list[str]) -> AuthWay:
    where = f'[journeys."{shared["slug"]}"]'
    if model.cookie is None:
        check_path(model.token, f"{where} token", found)
    grant = {"grant_type": "password"} if model.format == "oauth2" else {}
    own = {model.username_field: model.username, model.password_field: model.password}
    return AuthWay(
        **shared,
        login=model.login,
        form=model.format,
        fields={**grant, **model.fields, **own},
        password_field=model.password_field,
        token=model.token,
        cookie=model.cookie,
        protected=model.protected,
        method=model.method,
        expect=_answer(model.expect, where, found),
        refused=tuple(model.refused),
        logout=model.logout,
        logout_method=model.logout_method,
        wrong_password=model.wrong_password,
        settle=model.settle,
    )


def _key(model: KeyModel, shared: dict[str, Any], target: Target, found: list[str]) -> KeyWay:
    where = f'[journeys."{shared["slug"]}"]'
    if model.test_key is not None and model.test_key == model.key:
        found.append(f"{where} test-key: the same as key; give the key of another mode")
    return KeyWay(
        **shared,
        path=model.path,
        method=model.method,
        key=model.key,
        header=model.header,
        prefix=model.prefix,
        query=model.query,
        test_key=model.test_key if target.name in model.live_targets else None,
        expect=_answer(model.expect, where, found),
        refused=tuple(model.refused),
    )


def _write(
    model: WriteModel, shared: dict[str, Any], built: Mapping[str, Way], found: list[str]
) -> WriteWay:
    where = f'[journeys."{shared["slug"]}"]'
    for name in ("id", "item", "items"):
        check_path(getattr(model, name), f"{where} {name}", found)
    login = built.get(model.login or "")
    if model.login is not None and not isinstance(login, AuthWay):
        hint = closest(model.login, built)
        found.append(f"{where} login: {model.login!r} is no journey of kind 'auth'{hint}")
    if model.update is not None and all(
        key in model.create and model.create[key] == value for key, value in model.update.items()
    ):
        found.append(f"{where} update: changes nothing, so it would prove nothing")
    if model.sweep is not None and model.sweep < SHORTEST_SWEEP_S:
        found.append(f"{where} sweep: at least 5m, or it removes what another run still uses")
    if model.sweep is not None and model.list_ is False:
        found.append(f"{where} sweep: leftovers are found in the list; give list a path")
    return WriteWay(
        **shared,
        path=model.path,
        create=model.create,
        update=model.update,
        update_method=model.update_method,
        headers=tuple(model.headers.items()),
        login=login if isinstance(login, AuthWay) else None,
        id=model.id,
        item=model.item,
        list=None if model.list_ is False else model.list_ or model.path,
        items=model.items,
        compare=None if model.compare is None else tuple(model.compare),
        gone=tuple(model.gone),
        settle=model.settle,
        sweep=model.sweep,
    )


def live_targets(sections: Mapping[str, Model] | None, names: Collection[str]) -> list[str]:
    """Complain about test keys that no target would ever refuse."""
    return [
        f'[journeys."{slug}"] live-targets: none of {", ".join(model.live_targets)} is a target; '
        f"known: {', '.join(names)}"
        for slug, model in (sections or {}).items()
        if isinstance(model, KeyModel) and model.test_key and names
        if not set(model.live_targets) & set(names)
    ]


def _answer(model: ExpectModel, where: str, found: list[str]) -> Expectation:
    if model.status == []:
        found.append(f"{where[:-1]}.expect] status: name at least one, such as 200")
    return expectation(model, where, found)


def expectation(model: ExpectModel, where: str, found: list[str]) -> Expectation:
    """Return what an answer must be; complaints are added to `found`."""
    for path, wanted in model.json_.items():
        check_path(path, f"{where[:-1]}.expect.json]", found)
        check_tests(path, wanted, f"{where[:-1]}.expect.json]", found)
    return Expectation(
        status=(model.status,) if isinstance(model.status, int) else tuple(model.status),
        headers=model.headers,
        json=model.json_,
        budget=model.budget,
        body_contains=model.body_contains,
    )

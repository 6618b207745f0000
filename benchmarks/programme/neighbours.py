"""Neighbours (M14): how long others wait while one provider sends much. Also `python -m benchmarks fair`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from math import ceil
from threading import Event
from time import monotonic, sleep

from benchmarks.figures import Figure, within
from benchmarks.programme.api_client import ApiClient, Json
from benchmarks.programme.failure import require
from benchmarks.programme.file_sender import FileSender, charge_file, price_list
from benchmarks.programme.instance import TODAY, Instance
from benchmarks.programme.page_reader import PageReader
from benchmarks.programme.vouchers import Voucher, grant, visit

FILE_ROWS, FEW_ROWS, PRICE_ROWS = 20_000, 5, 8_000
HEAVY, OTHER = 0, 1
"""Indexes of the provider that sends much, and of one that sends little."""
HEAVY_DECISIONS, VOUCHERS_EACH = 5, 20
HEAVY_CENTS, OTHER_CENTS = 1_000_000, 200_000
"""The amount of each voucher."""
DRY_RUNS, SINGLE_SENDERS, QUEUED_FILES = 9, 2, 3
CHARGE_SECONDS, PAGE_SECONDS, APPROVAL_SECONDS = 1.0, 0.5, 2.0
FEW_ROWS_SECONDS, PRICE_SECONDS, PRICE_GROWTH = 5.0, 1.0, 1.2
PAUSE_SECONDS, QUIET_SECONDS = 0.05, 5.0
_PAGES = ("/oma", "/seuranta", "/kulut")


@dataclass(slots=True)
class Scene:
    """The providers, the client and the approver, with the vouchers that the providers charge."""

    instance: Instance
    heavy: FileSender = field(init=False)
    other: FileSender = field(init=False)
    heavy_vouchers: list[Voucher] = field(init=False)
    other_vouchers: list[Voucher] = field(init=False)
    reader: PageReader = field(init=False)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        instance = self.instance
        self.heavy, self.other = (FileSender(instance, index) for index in (HEAVY, OTHER))
        amounts, few = ([cents] * VOUCHERS_EACH for cents in (HEAVY_CENTS, OTHER_CENTS))
        decisions = [grant(instance, amounts, index=HEAVY) for _ in range(HEAVY_DECISIONS)]
        self.heavy_vouchers = [voucher for vouchers in decisions for voucher in vouchers]
        self.other_vouchers = grant(instance, few, index=OTHER)
        self.reader = PageReader(instance.url(), instance.person("client"))

    def rows(self, vouchers: Sequence[Voucher], amount: int) -> list[Json]:
        """Return charges of visits that nobody has sent yet, spread over the vouchers."""
        numbers = [next(self.numbers) for _ in range(amount)]
        size = len(vouchers)
        return [visit(vouchers[n % size].code, f"N-{n}", n // size) for n in numbers]

    def large_file(self) -> bytes:
        """Return a file of the provider that sends much."""
        return charge_file(self.rows(self.heavy_vouchers, FILE_ROWS))


@dataclass(slots=True)
class Waits:
    """The seconds that each of the others' requests took, by kind."""

    charge: list[float] = field(default_factory=list)
    page: list[float] = field(default_factory=list)
    single: list[float] = field(default_factory=list)

    def figures(self, when: str) -> list[Figure]:
        """Return the figures of charges and pages."""
        charge, page = (_percentile(found, 0.99) for found in (self.charge, self.page))
        return [
            _seconds(f"{when}: another's charge, p99 of {len(self.charge)}", charge, CHARGE_SECONDS),
            _seconds(f"{when}: a client's page, p99 of {len(self.page)}", page, PAGE_SECONDS),
        ]


def check_neighbours(instance: Instance) -> str:
    """Measure, and check every figure.

    Raises:
        CheckFailedError: Somebody waited longer than the limit.
    """
    figures = measure_neighbours(instance)
    late = [f"{figure.name}: {figure.ours} ({figure.goal})" for figure in figures if figure.reached is False]
    require(not late, "; ".join(late))
    return "; ".join(f"{figure.name}: {figure.ours} ({figure.goal})" for figure in figures)


def measure_neighbours(instance: Instance) -> list[Figure]:
    """Return the figures of every trial."""
    scene = Scene(instance)
    scene.heavy.send_few(charge_file(scene.rows(scene.heavy_vouchers, len(scene.heavy_vouchers))))
    figures = []
    for trial in (_nobody_else, _queued_file, _file_in_a_request, _dry_runs, _three_files, _price_list):
        figures += trial(scene)
    return figures


def _nobody_else(scene: Scene) -> list[Figure]:
    """The others alone: what this machine needs without the provider that sends much."""
    with ThreadPoolExecutor(2) as pool, _others(scene, pool) as waits:
        sleep(QUIET_SECONDS)
    return [Figure(figure.name, figure.ours) for figure in waits.figures("nobody else")]


def _queued_file(scene: Scene) -> list[Figure]:
    return _large_file(scene, f"a queued file of {FILE_ROWS:,} rows and singles", scene.heavy.send_queued)


def _file_in_a_request(scene: Scene) -> list[Figure]:
    return _large_file(scene, f"a file of {FILE_ROWS:,} rows in a request", scene.heavy.send_at_once)


def _large_file(scene: Scene, when: str, send: Callable[[bytes], float]) -> list[Figure]:
    """A large file and singles on its own vouchers; others charge, read, dispute and approve."""
    disputed = scene.other.send_few(charge_file(scene.rows(scene.other_vouchers, 1)))[0]
    own = scene.heavy.send_few(charge_file(scene.rows(scene.heavy_vouchers, 1)))[0]
    run = scene.instance.api("settlement_officer", county="12").post(
        "/payment-runs", {"county": "12", "until": TODAY}
    )
    data = scene.large_file()
    with ThreadPoolExecutor(SINGLE_SENDERS + 3) as pool, _others(scene, pool, SINGLE_SENDERS) as waits:
        sent = pool.submit(send, data)
        sleep(1)
        approval, disputes = _approve(scene, run), [_dispute(scene, disputed), _dispute(scene, own)]
        seconds = sent.result()
    return [
        *waits.figures(when),
        _seconds(f"{when}: approval of a run", approval, APPROVAL_SECONDS),
        _seconds(f"{when}: a client's dispute", max(disputes), APPROVAL_SECONDS),
        Figure(f"{when}: the file", f"{seconds:.1f} s"),
        Figure(f"{when}: its sender's slowest single", f"{max(waits.single):.1f} s"),
    ]


def _dry_runs(scene: Scene) -> list[Figure]:
    """Nine dry runs at once."""
    files = [scene.large_file() for _ in range(DRY_RUNS)]
    with ThreadPoolExecutor(DRY_RUNS + 2) as pool, _others(scene, pool) as waits:
        times = list(pool.map(scene.heavy.dry_run, files))
    when = f"{DRY_RUNS} dry runs at once"
    return [*waits.figures(when), Figure(f"{when}: the last", f"{max(times):.1f} s")]


def _three_files(scene: Scene) -> list[Figure]:
    """Three queued files of one provider, then five rows of another."""
    for _ in range(QUEUED_FILES):
        scene.heavy.queue(scene.large_file())
    begun = monotonic()
    few = scene.other.send_queued(charge_file(scene.rows(scene.other_vouchers, FEW_ROWS)))
    scene.heavy.wait_until_done()
    when = f"{QUEUED_FILES} queued files of {FILE_ROWS:,} rows"
    return [
        _seconds(f"{when}: another's {FEW_ROWS} rows", few, FEW_ROWS_SECONDS),
        Figure(f"{when}: all of them", f"{monotonic() - begun:.1f} s"),
    ]


def _price_list(scene: Scene) -> list[Figure]:
    """A long price list that is only checked; another's import beside it."""
    half = scene.heavy.check_prices(price_list(PRICE_ROWS // 2))
    with ThreadPoolExecutor(1) as pool:
        whole = pool.submit(scene.heavy.check_prices, price_list(PRICE_ROWS))
        waits = _while(whole, lambda: scene.other.check_prices(price_list(1)))
    grown = whole.result() / 2 / half
    name = f"a price list of {PRICE_ROWS:,} rows, only checked"
    return [
        _seconds(f"{name}: another's import", max(waits), PRICE_SECONDS),
        within(f"{name}: time per row, of half", f"{whole.result():.1f} s", grown, PRICE_GROWTH, "≤ 1.2 ×"),
    ]


@contextmanager
def _others(scene: Scene, pool: ThreadPoolExecutor, singles: int = 0) -> Iterator[Waits]:
    """Let another provider charge, and a client read pages, until the block ends.

    So many clients of the provider that sends much send singles meanwhile, without a pause.
    """
    waits, is_over = Waits(), Event()
    running = [
        pool.submit(_repeat, is_over, waits.charge, lambda: _charge(scene), PAUSE_SECONDS),
        pool.submit(_repeat, is_over, waits.page, lambda: _read(scene), PAUSE_SECONDS),
    ]
    for _ in range(singles):
        api = scene.heavy.api.twin()
        running.append(pool.submit(_repeat, is_over, waits.single, partial(_single, scene, api), 0))
    try:
        yield waits
    finally:
        is_over.set()
        for future in running:
            future.result()


def _repeat(is_over: Event, times: list[float], act: Callable[[], float], pause_seconds: float) -> None:
    while not is_over.is_set():
        times.append(act())
        sleep(pause_seconds)


def _while(running: Future[float], act: Callable[[], float]) -> list[float]:
    times = [act()]
    while not running.done():
        times.append(act())
    return times


def _charge(scene: Scene) -> float:
    (charge,) = scene.rows(scene.other_vouchers, 1)
    begun = monotonic()
    answer = scene.other.api.send("POST", "/charges", charge)
    require(answer.status == 201, f"another's charge: {answer.status} {answer.body}")
    return monotonic() - begun


def _single(scene: Scene, api: ApiClient) -> float:
    """Send a charge of a voucher in the file. A 503 is an answer: it must say when to send again."""
    (charge,) = scene.rows(scene.heavy_vouchers, 1)
    begun = monotonic()
    answer = api.send("POST", "/charges", charge)
    text = f"a single: {answer.status} {answer.body}"
    require(answer.status in (201, 202, 503), text)
    require(answer.status != 503 or ("retry-after" in answer.headers and bool(answer.codes)), text)
    return monotonic() - begun


def _read(scene: Scene) -> float:
    path = _PAGES[next(scene.numbers) % len(_PAGES)]
    begun = monotonic()
    scene.reader.read(path)
    return monotonic() - begun


def _approve(scene: Scene, run: Json) -> float:
    api = scene.instance.api("settlement_approver", county="12")
    begun = monotonic()
    api.post(f"/payment-runs/{run['id']}/approve", {"hash": run["hash"]})
    return monotonic() - begun


def _dispute(scene: Scene, charge: Json) -> float:
    clients = {voucher.code: voucher.client for voucher in [*scene.heavy_vouchers, *scene.other_vouchers]}
    api = scene.instance.api("client", client=clients[charge["voucher"]])
    begun = monotonic()
    api.post(f"/charges/{charge['id']}/dispute", {"why": "Kukaan ei käynyt"})
    return monotonic() - begun


def _percentile(times: Sequence[float], share: float) -> float:
    ordered = sorted(times)
    return ordered[min(len(ordered), ceil(share * len(ordered))) - 1]


def _seconds(name: str, value: float, most: float) -> Figure:
    return within(name, f"{value:.2f} s", value / most, 1, f"≤ {most:g} s", f"{most:g} s")

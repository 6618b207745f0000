"""The last page of granting: vouchers for the same help, and a grant over the appropriation."""

from sqlalchemy import select, update

from foundation.database.tables.counties import CostCentre
from foundation.database.tables.grants import Funding
from tests.pages.test_worker_pages import ANSWERS, WorkerPages, begun, worker_pages

__all__ = ["worker_pages"]


def test_a_grant_replaces_the_vouchers_that_are_ticked(worker_pages: WorkerPages) -> None:
    browser = worker_pages.browser(worker_pages.worker)
    page = begun(browser, worker_pages.client_number)
    for _title, answers in ANSWERS:
        page = browser.send(page, {"services": "PERSONAL_ASSISTANCE"} if "services" in answers else answers)
    assert "Does this one replace it?" in page.texts()
    browser.send(page, {"replaces": worker_pages.voucher})
    with worker_pages.sessions() as session:
        query = select(Funding.replaced_by).where(Funding.voucher == worker_pages.voucher)
        assert session.scalars(query).one() == "HVA/2026/77"


def test_a_grant_over_the_appropriation_has_a_second_step(worker_pages: WorkerPages) -> None:
    with worker_pages.sessions.begin() as session:
        session.execute(update(CostCentre).values(appropriation_cents=0))
    browser = worker_pages.browser(worker_pages.worker)
    page = begun(browser, worker_pages.client_number)
    for _title, answers in ANSWERS:
        page = browser.send(page, answers)
    asked = browser.send(page, status=422)
    assert "The grant takes €738.00" in asked.texts()
    assert "The voucher is granted" in browser.send(asked, {"over": "y"}).texts("h1")

"""The last page of granting names vouchers for the same help, and replaces those that are ticked."""

from sqlalchemy import select

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

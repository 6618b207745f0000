"""End stopped files whose last day to go on has passed: their other rows are named, and not taken in.

All of it is one transaction that locks the file's place in the queue. Whoever goes on at the same moment wins
or loses as a whole, and a killed process leaves the file stopped for the next one (docs/decisions/0230).
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session, sessionmaker

from clearing.ledger.write.audit import record
from clearing.upkeep.actions.expire_fundings import TIMETABLE
from foundation.database.failpoints import failpoint
from foundation.vocabulary.dates import helsinki_day
from provider_portal.actions.sent_file import SentFile, read_sent, rows_of, store_answers
from provider_portal.load.file_work import claim_file, kept_results
from provider_portal.load.left_rows import lock_overdue, overdue_files
from provider_portal.write.charge_files import keep_left
from provider_portal.write.file_work import end_work


def end_next_stopped(sessions: sessionmaker[Session], *, now: datetime) -> bool:
    """End one file whose last day was before the day of `now`; return False if there is none to end.

    A file whose last slice is still at work is claimed by its worker, and ended later.
    """
    today = helsinki_day(now)
    with sessions() as claim:
        for file_id in overdue_files(claim, today):
            if claim_file(claim, file_id):
                with sessions() as session:
                    return _end(session, file_id, today, now)
    return False


def _end(session: Session, file_id: int, today: date, now: datetime) -> bool:
    locked = lock_overdue(session, file_id, today)
    if locked is None:
        return False
    data, mapping, last_day = locked
    table = read_sent(SentFile(data, "", mapping))
    results = sorted(kept_results(session, file_id))
    rows, done = rows_of(table), {row for row, *_ in results}
    pairs = zip(rows.numbers, rows.sent, strict=True)
    left = [(row, str(sent.get("reference") or "")) for row, sent in pairs if row not in done]
    if left:
        keep_left(session, file_id, left, ended_on=last_day)
    store_answers(session, file_id, data, table, results, left=[row for row, _ in left])
    end_work(session, file_id)
    subject, detail = ("charge_file", file_id), {"not_taken_in": len(left)}
    record(session, actor=TIMETABLE, now=now, act="charge_file.end", subject=subject, detail=detail)
    failpoint("stopped_file.before_commit")
    session.commit()
    failpoint("stopped_file.after_commit")
    return True

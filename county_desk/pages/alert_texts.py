"""The early warnings in words: what each is about, when it is given, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from clearing.upkeep.facts.course import AlertRule
from clearing.upkeep.rules.provider_warnings import Risk
from foundation.vocabulary.labels import N_

TITLES: Mapping[AlertRule, str] = MappingProxyType(
    {
        AlertRule.TOO_FAST: N_("Uses more than planned"),
        AlertRule.ENDS_SOON: N_("Ends soon at this pace"),
        AlertRule.LEVEL: N_("Most of it is used"),
        AlertRule.STOPPED: N_("No visits for a long time"),
        AlertRule.CANNOT_USE: N_("Uses much less than planned: needs help?"),
        AlertRule.NOT_STARTED: N_("The voucher is not used"),
        AlertRule.OWN_SHARE: N_("The client pays more than when choosing"),
        AlertRule.ENDING: N_("Ends, and there is no new decision"),
        AlertRule.UNUSED: N_("Much will be left when the voucher ends"),
        AlertRule.REPORTS_LATE: N_("The provider reports late"),
        AlertRule.AT_RISK: N_("Provider at risk"),
    }
)
FORMULAS: Mapping[AlertRule, str] = MappingProxyType(
    {
        AlertRule.TOO_FAST: N_(
            "Used is over planned by more than 1.5 times the usual difference; at this pace over 105 % "
            "would be used; and it would end at least 14 days too early. All of this two weeks running."
        ),
        AlertRule.ENDS_SOON: N_(
            "What is neither used nor waits for charges lasts under 56 days at this pace, and over "
            "70 days are left."
        ),
        AlertRule.LEVEL: N_(
            "95 % is used or waits for charges, and that is over 5 points ahead of the time that has passed."
        ),
        AlertRule.STOPPED: N_(
            "Days without a visit, days away left out: over 35 and over 4 planned gaps, for visits with "
            "times; over 28 and over 6 planned gaps, for others."
        ),
        AlertRule.CANNOT_USE: N_(
            "Used is under 60 % of planned, and behind by more than 2.5 times the usual difference, two "
            "weeks running."
        ),
        AlertRule.NOT_STARTED: N_(
            "No provider was chosen in 21 days; or one was chosen or named, and nothing is held and nothing "
            "was charged in 42 days. Days away are left out."
        ),
        AlertRule.OWN_SHARE: N_(
            "The client pays over 10 % more of a unit than when the provider was chosen. Visits of the next "
            "eight weeks are compared with those of the first four."
        ),
        AlertRule.AT_RISK: N_(
            "A paper ends in 30 days; or the approval is suspended; or over 5 % and at least 3 of the "
            "charges of 90 days are disputed; or over half of them came in the last 3 days before it was too "
            "late."
        ),
        AlertRule.ENDING: N_(
            "The voucher ends in 60, 30 or 14 days, and no other voucher of the client goes on "
            "with the service."
        ),
        AlertRule.UNUSED: N_(
            "The voucher ends in 60 days, and at this pace more will be left than eight weeks of "
            "the plan cost."
        ),
    }
)
RISKS: Mapping[Risk, str] = MappingProxyType(
    {
        Risk.PAPERS: N_("A paper ends"),
        Risk.SUSPENDED: N_("Suspended"),
        Risk.DISPUTED: N_("Many charges are disputed"),
        Risk.NEAR_CUT_OFF: N_("Most charges come in the last days"),
    }
)
NEXT_STEPS: Mapping[AlertRule, str] = MappingProxyType(
    {
        AlertRule.TOO_FAST: N_(
            "Ask the client whether more help is needed. Then plan fewer visits together, or "
            "make a new decision."
        ),
        AlertRule.ENDS_SOON: N_(
            "Ask the client whether more help is needed. Then plan fewer visits together, or "
            "make a new decision."
        ),
        AlertRule.LEVEL: N_(
            "Look with the client at how the rest lasts, and whether the decision is enough."
        ),
        AlertRule.NOT_STARTED: N_(
            "Ask the client what is in the way: is it hard to choose, or is nobody free? Suggest providers."
        ),
        AlertRule.STOPPED: N_(
            "Ask the client how things are. Ask the provider whether visits were not charged."
        ),
        AlertRule.CANNOT_USE: N_(
            "Ask the client, as a question and not as a threat: do the visits take place, is "
            "help needed to get "
            "them, is the plan too large?"
        ),
        AlertRule.OWN_SHARE: N_(
            "Check that the client knows, and can pay. Compare other providers with the client."
        ),
        AlertRule.AT_RISK: N_(
            "Ask the provider what it does about this, and by when. If it may stop, help its clients to find "
            "another in good time."
        ),
        AlertRule.ENDING: N_("Assess the need of help with the client, and decide before the last day."),
        AlertRule.UNUSED: N_(
            "Ask the client whether something is missing that the rest could pay for, and whether the next "
            "decision should be smaller."
        ),
    }
)

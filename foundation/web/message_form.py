"""The form of a message, which every face has: the words, and the message that was read last."""

from __future__ import annotations

from typing import Final

from foundation.vocabulary.messages import LONGEST_MESSAGE
from foundation.web.catalogues import N_
from foundation.web.forms import Form, HiddenField, TextAreaField, at_most, needed

TOO_LONG: Final = N_("Enter at most %(length)s characters")


class MessageForm(Form):
    """A message. `after` is the message that was read last: sent twice, it is one message."""

    words = TextAreaField(
        N_("Your message"), [needed(N_("Write the message")), at_most(LONGEST_MESSAGE, TOO_LONG)]
    )
    after = HiddenField("")

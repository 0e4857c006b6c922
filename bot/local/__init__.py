"""A small strict stand-in for Slack on loopback.

For the first look and the end-to-end tests; never for production.
"""

from bot.local.forms import FormRefused
from bot.local.model import Delivery, Message, Outcome, Person, View
from bot.local.server import PortTaken, build_app, serve
from bot.local.tell import clock_post
from bot.local.workspace import Keys, Manifest, Workspace

__all__ = [
    "Delivery",
    "FormRefused",
    "Keys",
    "Manifest",
    "Message",
    "Outcome",
    "Person",
    "PortTaken",
    "View",
    "Workspace",
    "build_app",
    "clock_post",
    "serve",
]

"""Publish news whose embargo has ended."""

import signal
import threading

from django.core.management.base import BaseCommand

from scrutiny.publication import embargo


class Command(BaseCommand):
    """`manage.py publish_due`: for cron, every minute; or with --keep-on as a process of its own."""

    help = "Publish every news release whose embargo has ended. Two runs at once publish it once."

    def add_arguments(self, parser):
        """`--keep-on` stays and publishes at each minute."""
        parser.add_argument("--keep-on", action="store_true", help="Stay, and publish each release at its minute.")

    def handle(self, *args, **options):
        """Once, or until asked to stop."""
        if options["keep_on"]:
            stop = threading.Event()
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: stop.set())
            embargo.keep_publishing(stop, say=self._say)
            return
        for release, trouble in embargo.publish_due():
            self._say(f"{release}: {trouble or 'published'}")

    def _say(self, words):
        self.stdout.write(words)
        self.stdout.flush()

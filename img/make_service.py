"""Photograph the form of serve_model.py, filled in and answered, in a real, headless Chromium.

    python img/make_service.py

Needs Chromium (or Chrome), playwright, and the packages of 04/scaling/requirements.txt.
"""

import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import make_screenshots
import style

PORT = "8931"


def main():
    with tempfile.TemporaryDirectory() as folder:
        course = Path(folder) / "course"
        ignored = shutil.ignore_patterns("logs", "exported*", "*.keras", "*.h5")
        shutil.copytree(style.IMG.parent / "04", course / "04", ignore=ignored)
        for script in ("save_trained_model.py", "scaling/export_model.py"):
            subprocess.run([sys.executable, course / "04" / script], check=True)
        script = course / "04/scaling/serve_model.py"
        service = subprocess.Popen([sys.executable, script, "--port", PORT])
        try:
            photograph(f"http://127.0.0.1:{PORT}/")
        finally:
            service.terminate()
            service.wait()


def photograph(address):
    """Wait for the service, press the button, and photograph the answer."""
    for _ in range(100):
        try:
            urllib.request.urlopen(address)
            break
        except urllib.error.URLError:
            time.sleep(0.2)
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  only here is it needed

    with sync_playwright() as player:
        browser = player.chromium.launch(
            executable_path=make_screenshots.chromium(), args=make_screenshots.FLAGS
        )
        page = browser.new_page(viewport={"width": 420, "height": 570}, device_scale_factor=2)
        page.goto(address)
        page.click("button")
        page.wait_for_function("document.querySelector('output').textContent")
        page.screenshot(path=style.IMG / "service.png")
        browser.close()


if __name__ == "__main__":
    main()

"""postgres - a private PostgreSQL for tests: a cluster in a directory of its own, on a port of loopback

Used by tests/director and tests/zabbix, which run as root; the server runs as postgres.
"""
import glob
import os
import shutil
import subprocess

from judge import wait_for


class Postgres:
    """name: of the database, and of its user, who needs no password. It goes with the workplace (see judge)."""

    def __init__(self, top, port, name):
        self.top, self.port, self.name = top, port, name

    def address(self):
        return ["-h", "127.0.0.1", "-p", str(self.port), "-U", self.name]

    def answers(self):
        return subprocess.run(["pg_isready", "-q"] + self.address(), check=False).returncode == 0

    def start(self):
        binaries = sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1]
        data = os.path.join(self.top, "database")
        os.makedirs(data)
        shutil.chown(data, "postgres")
        subprocess.run([binaries + "/initdb", "-D", data, "-A", "trust", "-U", self.name], check=True, user="postgres",
                       stdout=subprocess.DEVNULL, cwd="/")
        with open(os.path.join(self.top, "database.log"), "w", encoding="utf-8") as log:
            subprocess.Popen(
                [binaries + "/postgres", "-D", data, "-k", data, "-h", "127.0.0.1", "-p", str(self.port), "-F"],
                user="postgres", cwd="/", stdout=log, stderr=subprocess.STDOUT)
        wait_for(self.answers)
        subprocess.run(["createdb"] + self.address() + [self.name], check=True)

    def run(self, sql):
        """bytes"""
        subprocess.run(["psql", "-q"] + self.address() + [self.name], input=sql, check=True, stdout=subprocess.DEVNULL)

    def rows(self, query):
        """A list of lists of texts; no column may have this separator in it."""
        said = subprocess.run(["psql", "-qAtX", "-F", "\x1f", "-R", "\x1e"] + self.address() + ["-c", query, self.name],
                              stdout=subprocess.PIPE, check=True, text=True).stdout
        return [row.split("\x1f") for row in said.rstrip("\n").split("\x1e") if row]

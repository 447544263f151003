# SPDX-License-Identifier: GPL-3.0-or-later
"""The programs that Porch is measured beside, each on 127.0.0.1 with a configuration of its own: an rsync daemon, nginx with TLS 1.3,
sshd. Each has .pid of its server, fetch(name, into) → argv, and why() when it can't run here."""
import os
import shutil
import socket
import subprocess
import time

PATH = os.environ["PATH"] + ":/usr/sbin:/sbin"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def find(tool):
    return shutil.which(tool, path=PATH)


class Rival:
    tools = ()

    def __init__(self, work, source):
        self.work = os.path.join(work, type(self).__name__.lower())
        self.source, self.port, self.server = source, free_port(), None
        os.makedirs(self.work)

    @classmethod
    def why(cls):
        lacking = [t for t in cls.tools if not find(t)]
        return f"{', '.join(lacking)} not installed" if lacking else None

    @property
    def pid(self):
        return self.server.pid

    def spawn(self, *argv):
        with open(os.path.join(self.work, "log"), "ab") as log:
            self.server = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        for _ in range(100):
            with socket.socket() as s:
                if s.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            if self.server.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError(f"{argv[0]} did not start: {open(self.work + '/log').read()}")

    def stop(self):
        if self.server and self.server.poll() is None:
            self.server.terminate()
            self.server.wait(10)

    def write(self, name, text):
        path = os.path.join(self.work, name)
        with open(path, "w") as f:
            f.write(text)
        return path


class Rsync(Rival):
    label, tools = "rsync daemon, plain text", ("rsync",)

    def start(self):
        who = "uid = root\ngid = root\n" if os.geteuid() == 0 else ""
        config = self.write("rsyncd.conf", f"{who}use chroot = no\nport = {self.port}\naddress = 127.0.0.1\npid file = {self.work}/pid\n"
                            f"[source]\npath = {self.source}\nread only = yes\n")
        return self.spawn(find("rsync"), "--daemon", "--no-detach", f"--config={config}")

    def fetch(self, name, into, sync=False):
        return [find("rsync"), "-a", *(["--fsync"] if sync else []), f"rsync://127.0.0.1:{self.port}/source/{name}", into + "/"]


class Nginx(Rival):
    label, tools = "nginx with TLS 1.3 + curl", ("nginx", "curl", "openssl")

    def start(self):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
                        "/CN=bench", "-keyout", self.work + "/key", "-out", self.work + "/cert"], check=True, capture_output=True)
        user = "user root;\n" if os.geteuid() == 0 else ""
        config = self.write("nginx.conf", f"""{user}daemon off; worker_processes auto; pid {self.work}/pid; error_log {self.work}/error;
events {{ }}
http {{ access_log off; sendfile on; client_body_temp_path {self.work}/b; proxy_temp_path {self.work}/p; fastcgi_temp_path {self.work}/f;
uwsgi_temp_path {self.work}/u; scgi_temp_path {self.work}/s;
server {{ listen 127.0.0.1:{self.port} ssl; ssl_certificate {self.work}/cert; ssl_certificate_key {self.work}/key;
ssl_protocols TLSv1.3; root {self.source}; }} }}
""")
        return self.spawn(find("nginx"), "-p", self.work, "-c", config)

    def fetch(self, name, into, sync=False):
        return [find("curl"), "-sS", "--fail", "-k", "--tlsv1.3", "-o", os.path.join(into, os.path.basename(name)),
                f"https://127.0.0.1:{self.port}/{name}"]


class Scp(Rival):
    label, tools = "scp", ("sshd", "scp", "ssh-keygen")

    @classmethod
    def why(cls):
        return super().why() or (None if os.geteuid() == 0 else "sshd wants root")

    def start(self):
        for key in ("host", "user"):
            subprocess.run([find("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-f", f"{self.work}/{key}"], check=True)
        shutil.copy(self.work + "/user.pub", self.work + "/authorized")
        os.makedirs("/run/sshd", exist_ok=True)
        config = self.write("sshd_config", f"Port {self.port}\nListenAddress 127.0.0.1\nHostKey {self.work}/host\nUsePAM no\nStrictModes no\n"
                            f"AuthorizedKeysFile {self.work}/authorized\nPidFile {self.work}/pid\nPermitRootLogin yes\n"
                            "Subsystem sftp internal-sftp\n")
        return self.spawn(find("sshd"), "-D", "-e", "-f", config)

    def fetch(self, name, into, sync=False):
        return [find("scp"), "-q", "-r", "-P", str(self.port), "-i", self.work + "/user", "-o", "StrictHostKeyChecking=no", "-o",
                "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR", f"127.0.0.1:{self.source}/{name}", into + "/"]

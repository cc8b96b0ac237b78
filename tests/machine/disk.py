"""The PC's disk: the bare Debian with what the test lays beside it, made without mounting anything."""
import shutil
import subprocess
from pathlib import Path

SIZE = "2G"
HERE = Path(__file__).parent


def make(root, run, files, network=False):
    """An image of `root` with the test's hand in it and `files` (name in the guest's /root: file or folder here), set up for
    the time server's network if there is one."""
    image, added = run / "disk.img", run / "added"
    for name, source in files.items():
        target = added / "root" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if Path(source).is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copy(source, target)
    system = added / "etc/systemd/system"
    (system / "sysinit.target.wants").mkdir(parents=True)
    shutil.copy(HERE / "agent.service", system)
    (system / "sysinit.target.wants/agent.service").symlink_to("../agent.service")
    hand = added / "usr/local/sbin/agent"
    hand.parent.mkdir(parents=True)
    shutil.copy(HERE / "agent", hand)
    hand.chmod(0o755)
    if network:
        shutil.copytree(HERE / "network", added, dirs_exist_ok=True)
        (system / "multi-user.target.wants").mkdir()
        (system / "multi-user.target.wants/systemd-networkd.service").symlink_to("/lib/systemd/system/systemd-networkd.service")
    tree = run / "tree"
    # Links instead of copies: the image is all that is written.
    subprocess.run(["cp", "-al", root, tree], check=True)
    subprocess.run(["cp", "-a", "--remove-destination", f"{added}/.", tree], check=True)
    subprocess.run(["mke2fs", "-q", "-F", "-t", "ext4", "-d", tree, image, SIZE], check=True, stdout=subprocess.DEVNULL)
    shutil.rmtree(tree)
    shutil.rmtree(added)


def stick(run, files):
    """What the technician brings along: a disk labelled LOA with `files` on it."""
    tree, image = run / "stick", run / "stick.img"
    for name, source in files.items():
        if Path(source).is_dir():
            shutil.copytree(source, tree / name)
        else:
            tree.mkdir(exist_ok=True)
            shutil.copy(source, tree / name)
    subprocess.run(["mke2fs", "-q", "-F", "-t", "ext4", "-L", "LOA", "-d", tree, image, "64M"], check=True,
                   stdout=subprocess.DEVNULL)
    shutil.rmtree(tree)


def unpacked(package, into):
    """The package's files, without installing it."""
    subprocess.run(["dpkg-deb", "-x", package, into], check=True)
    return into


def next_version(package, into):
    """The same package under a later version, as an upgrade brings it."""
    tree, upgrade = into.with_suffix(".tree"), into
    subprocess.run(["dpkg-deb", "-R", package, tree], check=True)
    control = tree / "DEBIAN/control"
    lines = [f"{line}+upgrade" if line.startswith("Version: ") else line for line in control.read_text().splitlines()]
    control.write_text("\n".join(lines) + "\n")
    subprocess.run(["dpkg-deb", "-Znone", "-b", tree, upgrade], check=True, stdout=subprocess.DEVNULL)
    shutil.rmtree(tree)

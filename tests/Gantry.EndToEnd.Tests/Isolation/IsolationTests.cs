using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;
using Gantry.Tests.Shared;

namespace Gantry.EndToEnd.Isolation;

public sealed class IsolationTests(SharedDaemons daemons) : EngineTests(daemons)
{
    [Theory, EveryEngine]
    public async Task TheCommandIsProcessOneAndSeesItselfAlone(string name)
    {
        await using Engine engine = await Use(name);
        string[] lines = (await engine.Ok("run", "--rm", "busybox", "ps", "-o", "pid,args")).Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.Matches(@"^\s*1 ps -o pid,args", lines[1]);
    }

    [Theory, EveryEngine]
    public async Task OtherContainersAreOutOfSight(string name)
    {
        await using Engine engine = await Use(name);
        string other = await engine.RunIdle("--hostname", "other-host");
        string inside = await engine.Ok("run", "--rm", "busybox", "sh", "-c",
            "ps; hostname; cut -d' ' -f5 /proc/self/mountinfo; ls /sys/class/net; cat /proc/self/cgroup; ls -R /sys/fs/cgroup/ | grep "
                + "-v '^/sys'");
        string otherId = await engine.Inspect(other, "{{.Id}}");
        Assert.DoesNotContain(otherId[..12], inside);
        Assert.DoesNotContain("other-host", inside);
        Assert.DoesNotContain("sleep 1000", inside);
        Assert.DoesNotContain("veth", inside);
        Assert.DoesNotContain("wan0", inside);
    }

    [Theory, EveryEngine]
    public async Task ItsOwnInterfacesAlone(string name)
    {
        await using Engine engine = await Use(name);
        Assert.Equal("eth0\nlo", await engine.Ok("run", "--rm", "busybox", "ls", "/sys/class/net"));
        Assert.Equal("lo", await engine.Ok("run", "--rm", "--network", "none", "busybox", "ls", "/sys/class/net"));
        Assert.Contains("wan0", await engine.Ok("run", "--rm", "--network", "host", "busybox", "cat", "/proc/net/dev"));
    }

    [Theory, EveryEngine]
    public async Task PrivilegesAreDockers(string name)
    {
        await using Engine engine = await Use(name);
        string status = await engine.Ok("run", "--rm", "busybox", "sh", "-c", "tr '\\t' ' ' < /proc/1/status");
        foreach (string line in new[] { "CapInh: 0000000000000000", "CapPrm: 00000000a80425fb", "CapEff: 00000000a80425fb",
            "CapBnd: 00000000a80425fb", "CapAmb: 0000000000000000", "NoNewPrivs: 0", "Seccomp: 2" })
        {
            Assert.Contains(line + "\n", status);
        }
    }

    [Theory, EveryEngine]
    public async Task AnotherUserHasNoPrivileges(string name)
    {
        await using Engine engine = await Use(name);
        string status = await engine.Ok("run", "--rm", "-u", "nobody", "busybox", "sh", "-c",
            "grep -E '^(Uid|Gid|CapEff|CapBnd):' /proc/1/status | tr '\\t' ' '");
        Assert.Equal("Uid: 65534 65534 65534 65534\nGid: 65534 65534 65534 65534\nCapEff: 0000000000000000\nCapBnd: 00000000a80425fb",
            status);
    }

    // CVE-2022-36109: without it a program with a group of its own would take away what is forbidden to this one.
    [Theory, EveryEngine]
    public async Task ThePrimaryGroupIsAmongTheSupplementaryOnes(string name)
    {
        await using Engine engine = await Use(name);
        const string show = "printf 'root:x:0:0::/:\\nbob:x:1000:1001::/:\\n' > /etc/passwd; printf 'staff:x:50:bob,root\\n' > "
            + "/etc/group; while :; do sleep 1000; done";
        string container = engine.NewName();
        await engine.Ok("run", "-d", "--name", container, "--group-add", "77", "busybox", "sh", "-c", show);
        await Eventually.True(async () => (await engine.Run("exec", container, "grep", "-q", "bob,", "/etc/group")).Code == 0,
            "the files are written");
        async Task<string> Groups(string user) =>
            (await engine.Ok("exec", "-u", user, container, "grep", "Groups", "/proc/self/status")).Split('\t')[1].Trim();
        Assert.Equal("50 77 1001", await Groups("bob"));
        Assert.Equal("50 77", await Groups("bob:staff"));
        Assert.Equal("77 1234", await Groups("1000:1234"));
        Assert.Equal("0 50 77", await Groups("root"));
        Assert.Equal("1000", (await engine.Ok("run", "--rm", "-u", "1000:1000", "busybox", "grep", "Groups", "/proc/self/status"))
            .Split('\t')[1].Trim());
        Assert.Equal("0", (await engine.Ok("run", "--rm", "busybox", "grep", "Groups", "/proc/self/status")).Split('\t')[1].Trim());
    }

    [Theory, EveryEngine]
    public async Task AReadOnlyContainerHasReadOnlyFilesOfItsNetwork(string name)
    {
        await using Engine engine = await Use(name);
        const string write = "for f in hosts resolv.conf hostname; do (echo x >> /etc/$f) 2>/dev/null && echo wrote $f; done; echo y > "
            + "/dev/shm/y && echo shm";
        Assert.Equal("shm", await engine.Ok("run", "--rm", "--read-only", "busybox", "sh", "-c", write));
        Assert.Equal("wrote hosts\nwrote resolv.conf\nwrote hostname\nshm", await engine.Ok("run", "--rm", "busybox", "sh", "-c", write));
    }

    [Theory, EveryEngine]
    public async Task CapabilitiesCanBeAddedAndDropped(string name)
    {
        await using Engine engine = await Use(name);
        const string show = "grep CapEff /proc/1/status | cut -f2";
        Assert.Equal("00000000a80435fb", await engine.Ok("run", "--rm", "--cap-add", "NET_ADMIN", "busybox", "sh", "-c", show));
        Assert.Equal("0000000000000000", await engine.Ok("run", "--rm", "--cap-drop", "ALL", "busybox", "sh", "-c", show));
        Assert.Equal("0000000000000400",
            await engine.Ok("run", "--rm", "--cap-drop", "all", "--cap-add", "CAP_NET_BIND_SERVICE", "busybox", "sh", "-c", show));
    }

    [Theory, EveryEngine]
    public async Task SecurityOptions(string name)
    {
        await using Engine engine = await Use(name);
        const string show = "grep -E '^(NoNewPrivs|Seccomp):' /proc/1/status | cut -f2 | tr '\\n' ' '";
        Assert.Equal("1 2 ", await engine.Ok("run", "--rm", "--security-opt", "no-new-privileges", "busybox", "sh", "-c", show));
        Assert.Equal("0 0 ", await engine.Ok("run", "--rm", "--security-opt", "seccomp=unconfined", "busybox", "sh", "-c", show));
    }

    [Theory, EveryEngine]
    public async Task WhatWouldTouchTheHostFails(string name)
    {
        await using Engine engine = await Use(name);
        async Task Fails(string command)
        {
            Command.Result result = await engine.Run("run", "--rm", "busybox", "sh", "-c", command);
            Assert.True(result.Code is > 0 and < 125, $"{command}: exit code {result.Code}: {result.All}");
        }
        await Fails("mount -t tmpfs none /mnt");
        await Fails("mount -o remount,rw /sys");
        await Fails("umount /proc");
        await Fails("mknod /tmp/disk b 254 0 && dd if=/tmp/disk of=/dev/null bs=512 count=1");
        await Fails("reboot -f");
        await Fails("echo 1 > /proc/sys/net/ipv4/ip_forward");
        await Fails("echo b > /proc/sysrq-trigger");
        await Fails(ControlGroups.Unified ? "echo 1 > /sys/fs/cgroup/cpu.weight" : "echo 1 > /sys/fs/cgroup/cpu/cpu.shares");
        // busybox's date ends with 0 all the same.
        await Fails("date -s 2020-01-01 2>&1 | grep -q 'not permitted'; test $? != 0");
        await Fails("swapoff -a && swapoff /dev/vda");
        await Fails("hostname changed");
        await Fails("unshare -m true");
        await Fails("insmod /nothing.ko || dmesg -c");
        await Fails("ip link set eth0 down");
    }

    [Theory, EveryEngine]
    public async Task KernelFilesAreMaskedOrReadOnly(string name)
    {
        await using Engine engine = await Use(name);
        string mounts = await engine.Ok("run", "--rm", "busybox", "cat", "/proc/self/mounts");
        foreach (string path in new[] { "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger" }.Where(Path.Exists))
        {
            Assert.Matches($@"(?m)^\S+ {path} \S+ ro", mounts);
        }
        Assert.Equal("0", await engine.Ok("run", "--rm", "busybox", "sh", "-c", "cat /proc/kcore /proc/keys /proc/timer_list | wc -c"));
        Assert.Equal("",
            await engine.Ok("run", "--rm", "busybox", "sh", "-c", "find /sys/firmware /proc/acpi -mindepth 1 2>/dev/null; true"));
    }

    [Theory, EveryEngine]
    public async Task DevicesAreTheStandardOnes(string name)
    {
        await using Engine engine = await Use(name);
        string devices = await engine.Ok("run", "--rm", "busybox", "ls", "/dev");
        // core is there where the kernel has /proc/kcore.
        Assert.Equal("fd full mqueue null ptmx pts random shm stderr stdin stdout tty urandom zero",
            string.Join(' ', devices.Split('\n').Where(d => d != "core").Order(StringComparer.Ordinal)));
        Assert.Equal("ok",
            await engine.Ok("run", "--rm", "busybox", "sh", "-c",
                "echo x > /dev/null && head -c 4 /dev/urandom >/dev/null && echo y > /dev/shm/z && echo e >/dev/stderr && echo ok"));
    }

    // The time of the last change tells of a change that was undone, too.
    [Theory, EveryEngine]
    public async Task DeviceNodesOfTheHostAreNotChanged(string name)
    {
        await using Engine engine = await Use(name);
        string before = HostDevices.Look();
        const string change = "for p in /proc/keys /proc/timer_list /proc/interrupts /proc/self/fd/0 /proc/self/fd/1 /proc/self/fd/2 "
            + "/dev/null /dev/zero /dev/fuse; do " +
            "chmod 676 $p; chown 12:51 $p; touch $p; done 2>/tmp/errors; touch /tmp/done";
        await engine.Ok("run", "--rm", "--device", "/dev/fuse", "busybox", "sh", "-c", change);
        // runc 1.1 gives an exec the host's node; docs/differences.md.
        if (!engine.IsPeer)
        {
            await engine.Ok("run", "--rm", "--privileged", "busybox", "sh", "-c", change);
            string container = await engine.RunIdle();
            await engine.Ok("exec", container, "sh", "-c", change);
            await engine.Ok("exec", container, "rm", "/tmp/done");
            await engine.Ok("exec", "-d", container, "sh", "-c", change);
            await Eventually.True(async () => (await engine.Run("exec", container, "rm", "/tmp/done")).Code == 0, "the exec has ended");
        }
        Assert.Equal(before, HostDevices.Look());
    }

    [Theory, EveryEngine]
    public async Task EveryNamespaceIsItsOwn(string name)
    {
        await using Engine engine = await Use(name);
        string container = await engine.RunIdle();
        string process = await engine.Inspect(container, "{{.State.Pid}}");
        foreach (string kind in new[] { "mnt", "uts", "ipc", "pid", "net" })
        {
            string theirs = new FileInfo($"/proc/{process}/ns/{kind}").LinkTarget!,
                daemons = new FileInfo($"/proc/{engine.Daemon.ProcessId}/ns/{kind}").LinkTarget!;
            Assert.NotEqual(daemons, theirs);
        }
    }

    [Theory, EveryEngine]
    public async Task NsenterFromTheHostWorks(string name)
    {
        await using Engine engine = await Use(name);
        string container = await engine.RunIdle("--hostname", "entered");
        string process = await engine.Inspect(container, "{{.State.Pid}}");
        const string show = "hostname; ls /sys/class/net; ps | grep -c 'sleep 100[0]'";
        string seen = "";
        async Task<bool> Sees() =>
            (seen = (await Command.Run("nsenter", "-m", "-u", "-n", "-p", "-i", "-t", process, "/bin/sh", "-c", show)).Succeeded())
                .EndsWith('2');
        await Eventually.True(Sees, $"the shell inside has begun to sleep: {seen}");
        Assert.Equal("entered\neth0\nlo\n2", seen);
    }

    [Theory, EveryEngine]
    public async Task TheHostsFilesAreOutOfReach(string name)
    {
        await using Engine engine = await Use(name);
        string container = await engine.RunIdle();
        Assert.Equal("",
            await engine.Ok("exec", container, "sh", "-c",
                "cd /; ls -d ../../../../../tmp/ge ../../../../work 2>/dev/null; ls /proc/1/root/tmp; true"));
        // No descriptor of the runtime, the shim or the daemon is open inside.
        string descriptors = await engine.Ok("run", "--rm", "busybox", "ls", "/proc/self/fd");
        Assert.Equal(["0", "1", "2", "3"], descriptors.Split('\n'));
    }

    [Theory, EveryEngine]
    public async Task PrivilegedHasEveryCapabilityThereIs(string name)
    {
        await using Engine engine = await Use(name);
        Assert.SkipWhen(engine.IsPeer, "runc fails --privileged where CAP_SYS_RESOURCE is missing; docs/differences.md");
        Command.Result result = await engine.Run("run", "--rm", "--privileged", "busybox", "sh", "-c",
            "grep -E '^(CapEff|Seccomp):' /proc/1/status | cut -f2; mount -t tmpfs none /mnt && echo mounted");
        string[] lines = result.Succeeded().Split('\n');
        string bounding = File.ReadLines("/proc/self/status").First(l => l.StartsWith("CapBnd", StringComparison.Ordinal)).Split('\t')[1];
        Assert.Equal([bounding, "0", "mounted"], lines);
    }
}

using Gantry.Conformance.Bundles;
using Gantry.Conformance.Runtimes;

namespace Gantry.Conformance.Mounts;

public sealed class DeviceTests
{
    // A number without a driver: opening it gives ENXIO where the rules let it through, and EPERM where they do not.
    private const string Try = "try() { case $($1 2>&1) in *'such device'*) echo $2 allowed;; *permitted*) echo $2 denied;; *) echo $2 "
        + "odd;; esac; }; read_it() { cat /dev/odd; }; write_it() { echo x > /dev/odd; }; try read_it r; try write_it w";

    [Theory, EveryRuntime]
    public async Task TheDefaultsAreThere(string runtime)
    {
        await using Bundle bundle =
            new(runtime, "cd /dev; for d in null zero full random urandom tty; do stat -c '%n %F %t:%T %a %u:%g' $d; done");
        Assert.Equal("null 1:3\nzero 1:5\nfull 1:7\nrandom 1:8\nurandom 1:9\ntty 5:0".Split('\n')
            .Select(d => $"{d.Split(' ')[0]} character special file {d.Split(' ')[1]} 666 0:0"), (await bundle.Output()).Split('\n'));
    }

    [Theory, EveryRuntime]
    public async Task TheLinksAreThere(string runtime)
    {
        await using Bundle bundle = new(runtime, "cd /dev; for l in fd stdin stdout stderr; do readlink $l; done; readlink -f ptmx");
        Assert.Equal("/proc/self/fd\n/proc/self/fd/0\n/proc/self/fd/1\n/proc/self/fd/2\n/dev/pts/ptmx", await bundle.Output());
    }

    [Theory, EveryRuntime]
    public async Task TheDefaultsWorkUnderTheRules(string runtime)
    {
        await using Bundle bundle = new(runtime,
            "echo x > /dev/null && head -c 2 /dev/zero | wc -c && head -c 3 /dev/urandom | wc -c; (echo x > /dev/full) 2>/dev/null || "
                + "echo full");
        Assert.Equal("2\n3\nfull", await bundle.Output());
    }

    [Theory, EveryRuntime]
    public async Task FurtherOnesAreMadeAsAsked(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime, "cd /dev; stat -c '%n %F %t:%T %a %u:%g' odd sub/block pipe")
            .Add("linux.devices", """{"path":"/dev/odd","type":"c","major":42,"minor":7,"fileMode":432,"uid":5,"gid":6}""")
            .Add("linux.devices", """{"path":"/dev/sub/block","type":"b","major":43,"minor":8,"fileMode":384}""")
            .Add("linux.devices", """{"path":"/dev/pipe","type":"p","fileMode":438}""");
        Assert.Equal("odd character special file 2a:7 660 5:6\nsub/block block special file 2b:8 600 0:0\npipe fifo 0:0 666 0:0",
            await bundle.Output());
    }

    [Theory, EveryRuntime]
    public async Task AnUnknownTypeIsRefused(string runtime)
    {
        await using Bundle bundle =
            new Bundle(runtime, "true").Add("linux.devices", """{"path":"/dev/odd","type":"x","major":42,"minor":7}""");
        Assert.Contains("x", await bundle.Refused());
    }

    [Theory, EveryRuntime]
    public async Task WhatNoRuleAllowsIsDenied(string runtime) => Assert.Equal("r denied\nw denied", await Rules(runtime));

    [Theory, EveryRuntime]
    public async Task ARuleAllowsItsDevice(string runtime) =>
        Assert.Equal("r allowed\nw allowed", await Rules(runtime, """{"allow":true,"type":"c","major":42,"minor":7,"access":"rwm"}"""));

    [Theory, EveryRuntime]
    public async Task AccessIsOneLetterEach(string runtime) =>
        Assert.Equal("r allowed\nw denied", await Rules(runtime, """{"allow":true,"type":"c","major":42,"minor":7,"access":"r"}"""));

    [Theory, EveryRuntime]
    public async Task NoMinorIsEveryMinor(string runtime) =>
        Assert.Equal("r allowed\nw allowed", await Rules(runtime, """{"allow":true,"type":"c","major":42,"access":"rw"}"""));

    [Theory, EveryRuntime]
    public async Task AnotherKindIsAnotherDevice(string runtime) =>
        Assert.Equal("r denied\nw denied", await Rules(runtime, """{"allow":true,"type":"b","major":42,"minor":7,"access":"rwm"}"""));

    [Theory, EveryRuntime]
    public async Task TheLaterRuleWins(string runtime) =>
        Assert.Equal("r allowed\nw denied",
            await Rules(runtime, """{"allow":true,"type":"c","major":42,"minor":7,"access":"rw"}""",
                """{"allow":false,"type":"c","major":42,"minor":7,"access":"w"}"""));

    [Theory, EveryRuntime]
    public async Task EverythingMayBeAllowed(string runtime) =>
        Assert.Equal("r allowed\nw allowed", await Rules(runtime, """{"allow":true,"access":"rwm"}"""));

    [Theory, EveryRuntime]
    public async Task AnExecIsUnderThem(string runtime)
    {
        await using Bundle bundle = Odd(new Bundle(runtime));
        await bundle.Start();
        Assert.Equal("r denied\nw denied", (await bundle.Exec("sh", "-c", Try)).Succeeded());
    }

    private static Bundle Odd(Bundle bundle) =>
        bundle.Add("linux.devices", """{"path":"/dev/odd","type":"c","major":42,"minor":7,"fileMode":438}""");

    private static async Task<string> Rules(string runtime, params string[] rules)
    {
        await using Bundle bundle = Odd(new Bundle(runtime, Try));
        foreach (string rule in rules) bundle.Add("linux.resources.devices", rule);
        return await bundle.Output();
    }

    [Theory, EveryRuntime]
    public async Task TheDirectoryMayBeReadOnly(string runtime)
    {
        await using Bundle bundle = new(runtime, "echo x > /dev/null && (touch /dev/x) 2>/dev/null || echo refused; ls /dev/pts /dev/null");
        bundle.Config["mounts"]!.AsArray().First(mount => mount!["destination"]!.GetValue<string>() == "/dev")!["options"]!.AsArray()
            .Add("ro");
        Assert.Equal("refused\n/dev/null\n\n/dev/pts:\nptmx", await bundle.Output());
    }

    [Theory, EveryRuntime]
    public async Task AnAOfOldInARuleSaysNothing(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime, Try).Add("linux.devices", """{"path":"/dev/odd","type":"c","major":42,"minor":7}""")
            .Add("linux.resources.devices", """{"allow":true,"type":"c","major":42,"minor":7,"access":"ra"}""");
        Assert.Equal("r allowed\nw denied", await bundle.Output());
    }
}

using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Runtimes;

/// <summary>containerd without dockerd: its shim calls gantry-runtime by <c>--runc-binary</c>.</summary>
public sealed class ContainerdTests
{
    [Fact]
    public async Task ItsShimRunsAndEndsContainers()
    {
        Assert.SkipUnless(Environment.UserName == "root", "needs root");
        Assert.SkipUnless(Programs.Find("containerd") is not null && Programs.Find("ctr") is not null, "containerd is not installed");
        string root = $"/tmp/ge/c{Environment.ProcessId}", group = $"/gantry-e2e-c{Environment.ProcessId}";
        Directory.CreateDirectory($"{root}/rootfs");
        SmallMachine machine = await SmallMachine.Make();
        await File.WriteAllTextAsync($"{root}/config.toml", $"""
            version = 2
            root = "{root}/root"
            state = "{root}/state"
            disabled_plugins = ["io.containerd.grpc.v1.cri"]
            [grpc]
            address = "{root}/s"
            [ttrpc]
            address = "{root}/t"
            """);
        try
        {
            (await Command.Run("tar", "-C", $"{root}/rootfs", "-xf", await BaseImage.Archive)).Succeeded();
            await using RunningProcess containerd =
                new(machine.Enter[0], [.. machine.Enter.Skip(1), "containerd", "-c", $"{root}/config.toml"]);
            await Eventually.True(async () => (await Ctr("version")).Code == 0, "containerd answers");
            // ctr may pass on nothing of a process that ends while its streams are being opened: this one waits until it is heard.
            string[] line = Line("one", "--rm", "sh", "-c", "echo hi; while [ ! -e /heard ]; do sleep 0.1; done");
            await using (RunningProcess one = new(machine.Enter[0], [.. machine.Enter.Skip(1), .. line]))
            {
                await one.Shows("hi\n");
                await File.WriteAllTextAsync($"{root}/rootfs/heard", "");
                Assert.Equal(0, await one.Ends());
                Assert.Equal("hi\n", one.Output);
            }
            Assert.Equal(4, (await Run("two", "--rm", "sh", "-c", "exit 4")).Code);
            (await Run("three", "-d", "sh", "-c", "trap 'exit 3' TERM; while :; do sleep 0.1; done")).Succeeded();
            Assert.Equal(6, (await Ctr("task", "exec", "--exec-id", "e", "three", "sh", "-c", "exit 6")).Code);
            (await Ctr("task", "pause", "three")).Succeeded();
            Assert.Contains("PAUSED", (await Ctr("task", "ls")).Output);
            (await Ctr("task", "resume", "three")).Succeeded();
            (await Ctr("task", "kill", "-s", "TERM", "three")).Succeeded();
            await Eventually.True(async () => (await Ctr("task", "ls")).Output.Contains("STOPPED"), "it stops");
            Assert.Contains("exit code 3", (await Ctr("task", "delete", "three")).Error);
            Assert.Contains("executable file not found in $PATH", (await Run("four", "--rm", "no-such-command")).Error);
            Assert.Empty(ControlGroups.Below(group));
            Signals.Terminate(containerd.Id);
            await containerd.Ends();
        }
        finally
        {
            await machine.DisposeAsync();
            ControlGroups.Remove(group);
            await Command.Run("rm", "-rf", "--one-file-system", root);
        }

        Task<Command.Result> Ctr(params string[] arguments) => machine.RunInside(["ctr", "-a", $"{root}/s", .. arguments]);

        Task<Command.Result> Run(string id, string how, params string[] command) => machine.RunInside(Line(id, how, command));

        // ctr run [options] --rootfs DIRECTORY ID COMMAND…
        string[] Line(string id, string how, params string[] command) =>
        [
            "ctr", "-a", $"{root}/s", "run", how, "--runc-binary", Programs.Runtime, "--cgroup", $"{group}/{id}", "--env", "PATH=/bin",
            "--rootfs", $"{root}/rootfs", id, .. command,
        ];
    }
}

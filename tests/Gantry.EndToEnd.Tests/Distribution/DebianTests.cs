using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Distribution;

/// <summary>A whole distribution at work: its package manager through the bridge's NAT, and a real server on a published port.</summary>
public sealed class DebianTests
{
    [Theory, EngineDaemon]
    public async Task InstallsAndServesNginx(string name)
    {
        Engine.SkipUnlessInstalled(name);
        string archive = await DebianRoot.Archive;
        await using TestDaemon daemon = await TestDaemon.Start(Engine.DaemonOf(name));
        await daemon.Machine.ConnectToInternet();
        await using Engine engine = new(name, daemon);
        await engine.Ok("import", archive, "ubuntu:15.04");
        Assert.Contains("bookworm", await engine.Ok("run", "--rm", "ubuntu:15.04", "cat", "/etc/os-release"));

        string web = engine.NewName("web");
        Command.Result installed = await engine.Run(["run", "--name", web, "-p", "8080:80", "ubuntu:15.04", "sh", "-c",
            "[ -x /usr/sbin/nginx ] && exec nginx -g 'daemon off;'; apt-get update && apt-get install -y --no-install-recommends nginx"],
            "", TimeSpan.FromMinutes(4));
        if (installed.Code != 0)
            Assert.SkipUnless((await Command.Run("apt-get", "update", "-qq", "-o", "APT::Update::Error-Mode=any")).Code == 0,
                "no Debian mirror is reachable");
        Assert.True(installed.Code == 0, installed.All);

        await engine.Ok("start", web);
        foreach (string address in new[] { "127.0.0.1", "172.17.0.1", SmallMachine.Address })
        {
            await Eventually.True(async () => (await daemon.Machine.Run("curl", "-s", "-m", "3",
                $"http://{address}:8080/")).Output.Contains("Welcome to nginx"), $"nginx answers on {address}");
        }
        Assert.Contains("nginx: master process", await engine.Ok("top", web));
        await engine.Ok("stop", web);
    }
}

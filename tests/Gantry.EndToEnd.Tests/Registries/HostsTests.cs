using System.Diagnostics;
using System.Text.Json.Nodes;
using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Registries;

/// <summary>Where images come from is configured while the daemon runs.</summary>
public sealed class HostsTests
{
    [Fact]
    public async Task HostsMirrorsAndProxiesAreLoadedAgain()
    {
        string configuration = Directory.CreateTempSubdirectory("gantry-hosts").FullName, file = Path.Combine(configuration, "daemon.json");
        try
        {
            await File.WriteAllTextAsync(file,
                """{"proxies": {"http-proxy": "http://me:secret@127.0.0.1:1", "no-proxy": "198.51.100.0/24"}}""");
            await using Engine engine = await Engine.WithItsOwnDaemon("gantry", "--config-file", file);
            TestDaemon daemon = engine.Daemon;
            await using TestRegistry registry = await TestRegistry.Start(daemon.Machine, SmallMachine.Address);
            JsonNode info = (await engine.Api.Get("/info")).Json;
            Assert.Equal(("http://xxxxx:xxxxx@127.0.0.1:1", "198.51.100.0/24"),
                (info["HttpProxy"]!.GetValue<string>(), info["NoProxy"]!.GetValue<string>()));

            string image = $"{registry.Name}/tests/busybox:1";
            await engine.Ok("tag", "busybox", image);
            Command.Result refused = await engine.Run("push", image);
            Assert.Equal(1, refused.Code);
            // Asked for from here on, so that it does not matter when the client is there.
            await using RunningProcess events = engine.Start("events", "--since", $"{DateTimeOffset.UtcNow.ToUnixTimeSeconds()}",
                "--filter", "type=daemon", "--format", "{{json .}}");
            await File.WriteAllTextAsync(file,
                $$"""{"insecure-registries": ["{{registry.Name}}"], "max-concurrent-downloads": 1, "storage-driver": "vfs"}""");
            (await Command.Run("kill", "-HUP", $"{daemon.ProcessId}")).Succeeded();
            await events.Shows("reload");
            JsonNode reload = JsonNode.Parse(events.Output.Split('\n')[0])!["Actor"]!["Attributes"]!;
            Assert.Equal(($"[\"{registry.Name}\"]", "1"),
                (reload["insecure-registries"]!.GetValue<string>(), reload["max-concurrent-downloads"]!.GetValue<string>()));
            info = (await engine.Api.Get("/info")).Json;
            Assert.Equal(("overlay2", ""), (info["Driver"]!.GetValue<string>(), info["HttpProxy"]!.GetValue<string>()));
            await engine.Ok("push", image);

            // A registry that does not exist, whose content a mirror has; found without any reload.
            string trusted = Path.Combine(configuration, "certs.d", "nowhere.example");
            Directory.CreateDirectory(trusted);
            await File.WriteAllTextAsync(Path.Combine(trusted, "hosts.toml"), $"""
                server = "https://nowhere.example"
                [host."http://{registry.Name}"]
                  capabilities = ["pull", "resolve"]
                """);
            await engine.Ok("pull", "nowhere.example/tests/busybox:1");
            Assert.Contains("ns=nowhere.example", registry.Log);
            Assert.Equal("mirrored", await engine.Ok("run", "--rm", "nowhere.example/tests/busybox:1", "echo", "mirrored"));
            await File.WriteAllTextAsync(Path.Combine(trusted, "hosts.toml"), "server = 1");
            refused = await engine.Run("pull", "nowhere.example/tests/busybox:1");
            Assert.Contains("hosts.toml: server is no string", refused.Error);

            await File.WriteAllTextAsync(file, "{");
            (await Command.Run("kill", "-HUP", $"{daemon.ProcessId}")).Succeeded();
            await Eventually.True(() => daemon.Log.Contains("unable to configure the daemon", StringComparison.Ordinal),
                "the log says what is wrong with the file");
            await engine.Ok("push", image);
        }
        finally
        {
            Directory.Delete(configuration, recursive: true);
        }
    }

    /// <summary>What it has from whoever started it is nothing that a reload, a stop or a container could notice.</summary>
    [Fact]
    public async Task StartedByNohupAndWithAnyUmaskItIsAsEver()
    {
        string[] through = ["sh", "-c", "trap '' HUP TERM PIPE USR1; umask 077; exec \"$@\"", "sh"];
        await using TestDaemon daemon = await TestDaemon.StartThrough(through, DaemonKind.Gantry);
        await BaseImage.Import(daemon);
        await using Engine engine = new("gantry", daemon);
        await using RunningProcess events = engine.Start("events", "--since", "0", "--filter", "type=daemon", "--format", "{{.Action}}");
        Signals.Hangup(daemon.ProcessId);
        await events.Shows("reload");
        const string script = "grep -E '^Sig(Ign|Blk)' /proc/self/status | tr -d '\\t'; umask; "
            + "cat /etc/hosts /etc/resolv.conf /etc/hostname > /dev/null && ls / /dev > /dev/null && echo readable";
        const string fine = "SigBlk:0000000000000000\nSigIgn:0000000000000000\n0022\nreadable";
        Assert.Equal(fine, await engine.Ok("run", "--rm", "-u", "33:33", "busybox", "sh", "-c", script));
        string idle = await engine.RunIdle("-v", "/kept", "-w", "/made/for/it");
        Assert.Equal(fine, await engine.Ok("exec", "-u", "33:33", idle, "sh", "-c", $"ls /kept /made/for/it > /dev/null && {script}"));
        Assert.Equal(0, await daemon.Stop());
    }

    [Fact]
    public async Task AServerThatDemandsACertificateGetsOursAndOneThatNeverAnswersIsPassedOver()
    {
        string configuration = Directory.CreateTempSubdirectory("gantry-hosts").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(configuration, "daemon.json"), "{}");
            await using Engine engine =
                await Engine.WithItsOwnDaemon("gantry", "--config-file", Path.Combine(configuration, "daemon.json"));
            TestDaemon daemon = engine.Daemon;
            (string certificate, string key) = TestCertificates.WriteServer(configuration);
            (string authority, string ours, string ourKey) = TestCertificates.WriteClient(configuration);
            await using TestRegistry registry = await TestRegistry.Start(daemon.Machine, SmallMachine.Address,
                $"  tls:\n    certificate: {certificate}\n    key: {key}\n    clientcas: [{authority}]");
            string image = $"{registry.Name}/tests/busybox:1", trusted = Path.Combine(configuration, "certs.d", registry.Name);
            await engine.Ok("tag", "busybox", image);
            Directory.CreateDirectory(trusted);
            File.Copy(certificate, Path.Combine(trusted, "ca.crt"));
            Command.Result refused = await engine.Run("push", image);
            Assert.Equal(1, refused.Code);
            File.Copy(ours, Path.Combine(trusted, "client.cert"));
            refused = await engine.Run("push", image);
            Assert.Contains("missing key client.key for client certificate client.cert", refused.Error);
            File.Copy(ourKey, Path.Combine(trusted, "client.key"));
            await engine.Ok("push", image);

            // The same by hosts.toml, for another name; the hosts before it drop whatever they get.
            string elsewhere = Path.Combine(configuration, "certs.d", "nowhere.example");
            Directory.Delete(trusted, recursive: true);
            Directory.CreateDirectory(elsewhere);
            await File.WriteAllTextAsync(Path.Combine(elsewhere, "hosts.toml"), $"""
                server = "https://{registry.Name}"
                ca = "{certificate}"
                client = [["{ours}", "{ourKey}"]]
                {string.Concat(Enumerable.Range(1, 8).Select(static i => $"[host.\"https://203.0.113.{i}\"]\ndial_timeout = \"500ms\"\n"))}
                """);
            long start = Stopwatch.GetTimestamp();
            await engine.Ok("pull", "nowhere.example/tests/busybox:1");
            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(60), "80 s is what eight of them would take");
            await File.WriteAllTextAsync(Path.Combine(elsewhere, "hosts.toml"),
                "server = \"https://203.0.113.1\"\ndial_timeout = \"500ms\"\n");
            Assert.Contains("dial tcp 203.0.113.1: i/o timeout", (await engine.Run("pull", "nowhere.example/tests/busybox:1")).Error);
        }
        finally
        {
            Directory.Delete(configuration, recursive: true);
        }
    }
}

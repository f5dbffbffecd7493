using Gantry.Conformance.Bundles;
using Gantry.Conformance.Machine;
using Gantry.Conformance.Runtimes;

using System.Text.Json.Nodes;

namespace Gantry.Conformance.Hooks;

public sealed class HookTests
{
    private const string All = "prestart createRuntime createContainer startContainer poststart poststop";

    /// <summary>A hook that appends to a file of the bundle; those that run inside see the root alone, so the file is there.</summary>
    private static Bundle Hooked(string runtime, string script, params (string Kind, string Command)[] hooks)
    {
        Bundle bundle = new(runtime, script);
        foreach ((string kind, string command) in hooks)
            bundle.Add($"hooks.{kind}",
                new JsonObject { ["path"] = "/bin/sh",
                    ["args"] = new JsonArray("sh", "-c",
                        command.Replace("LOG", kind == "startContainer" ? "/log" : $"{bundle.Root}/log")) }.ToJsonString());
        return bundle;
    }

    private static string Log(Bundle bundle) =>
        File.Exists($"{bundle.Root}/log") ? File.ReadAllText($"{bundle.Root}/log").TrimEnd('\n') : "";

    [Theory, EveryRuntime]
    public async Task TheyRunInTheirOrder(string runtime)
    {
        await using Bundle bundle = Hooked(runtime, "echo command >> /log",
            [.. All.Split(' ')
                .SelectMany(
                kind => new[] { (kind, $"cat > /dev/null; echo {kind} 1 >> LOG"), (kind, $"cat > /dev/null; echo {kind} 2 >> LOG") })]);
        (await bundle.Runtime("create", "--bundle", bundle.Path, bundle.Id)).Succeeded();
        Assert.Equal("prestart 1\nprestart 2\ncreateRuntime 1\ncreateRuntime 2\ncreateContainer 1\ncreateContainer 2", Log(bundle));
        (await bundle.Runtime("start", bundle.Id)).Succeeded();
        await bundle.Reaches("stopped");
        (await bundle.Runtime("delete", bundle.Id)).Succeeded();
        string[] lines = Log(bundle).Split('\n')[6..];
        // What happens inside and what the runtime does go on beside each other.
        Assert.Equal(["startContainer 1", "startContainer 2", "command"],
            lines[..5].Where(l => !l.StartsWith("poststart", StringComparison.Ordinal)));
        Assert.Equal(["poststart 1", "poststart 2"], lines[..5].Where(l => l.StartsWith("poststart", StringComparison.Ordinal)));
        Assert.Equal(["poststop 1", "poststop 2"], lines[5..]);
    }

    [Theory, EveryRuntime("prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop")]
    public async Task EachGetsTheStateAsInput(string runtime, string kind)
    {
        await using Bundle bundle = Hooked(runtime, "sleep 0.1", (kind, "cat > LOG")).Set("annotations", """{"org.example.key":"value"}""");
        await bundle.Output();
        JsonNode state = JsonNode.Parse(Log(bundle))!;
        Assert.Equal((bundle.Id, bundle.Path, "value"),
            (state["id"]!.GetValue<string>(), state["bundle"]!.GetValue<string>(),
                state["annotations"]!["org.example.key"]!.GetValue<string>()));
        Assert.StartsWith("1.", state["ociVersion"]!.GetValue<string>());
        string[] expected = kind switch { "poststart" => ["running"], "poststop" => ["stopped"],
            "startContainer" => ["created", "creating"], _ => ["creating"] };
        Assert.Contains(state["status"]!.GetValue<string>(), expected);
        if (kind is "prestart" or "createRuntime" or "poststart") Assert.True(state["pid"]!.GetValue<int>() > 1);
    }

    [Theory, EveryRuntime("prestart", "createRuntime", "createContainer")]
    public async Task ItRunsInTheNamespaceThatIsItsOwn(string runtime, string kind)
    {
        await using Bundle bundle = Hooked(runtime, "true", (kind, "readlink /proc/self/ns/mnt > LOG"));
        await bundle.Output();
        string hosts = File.ResolveLinkTarget("/proc/self/ns/mnt", false)!.Name;
        if (kind == "createContainer") Assert.NotEqual(hosts, Log(bundle));
        else Assert.Equal(hosts, Log(bundle));
    }

    [Theory, EveryRuntime]
    public async Task ArgumentsAndEnvironmentAreTheHooksOwn(string runtime)
    {
        await using Bundle bundle = new(runtime, "true");
        bundle.Add("hooks.createRuntime",
            $$"""
            {"path":"/bin/sh","args":["given-name","-c",
              "echo $0 $1 $A $HOME_OF_NOBODY > {{bundle.Root}}/log; env | grep -c RUNTIME_SECRET >> {{bundle.Root}}/log; true",
              "name","one"],"env":["A=b","PATH=/bin:/usr/bin"]}
            """);
        bundle.Prelude = "export RUNTIME_SECRET=x";
        await bundle.Output();
        Assert.Equal("name one b\n0", Log(bundle));
    }

    [Theory, EveryRuntime("prestart", "createRuntime", "createContainer", "startContainer")]
    public async Task AFailureBeforeTheStartStopsEverything(string runtime, string kind)
    {
        await using Bundle bundle = Hooked(runtime, "echo command >> /log", (kind, "exit 7"), ("poststop", "echo poststop >> LOG"));
        Command.Result result = await bundle.Run();
        Assert.NotEqual(0, result.Code);
        Assert.NotEqual("", result.Error);
        Assert.DoesNotContain("command", Log(bundle));
    }

    [Theory, EveryRuntime]
    public async Task AFailureAfterTheEndIsOnlyLogged(string runtime)
    {
        await using Bundle bundle = Hooked(runtime, "echo ran", ("poststop", "exit 7"), ("poststop", "echo second >> LOG"));
        Assert.Equal("ran", await bundle.Output());
        Assert.Equal("second", Log(bundle));
    }

    [Theory, EveryRuntime]
    public async Task OneThatTakesTooLongIsEnded(string runtime)
    {
        await using Bundle bundle = new(runtime, "true");
        bundle.Add("hooks.createRuntime", """{"path":"/bin/sleep","args":["sleep","100"],"timeout":1}""");
        long start = Environment.TickCount64;
        await bundle.Refused();
        Assert.True(Environment.TickCount64 - start < Patience.Of(TimeSpan.FromSeconds(60)).TotalMilliseconds);
    }

    [Theory, EveryRuntime]
    public async Task OneThatDoesNotReadALargeStateIsEndedInItsTimeToo(string runtime)
    {
        await using Bundle bundle = new(runtime, "true");
        bundle.Add("hooks.createRuntime", """{"path":"/bin/sleep","args":["sleep","100"],"timeout":1}""").Set("annotations", Large);
        await bundle.Refused();
    }

    [Theory, EveryRuntime]
    public async Task ALargeStateArrivesWhole(string runtime)
    {
        await using Bundle bundle = Hooked(runtime, "true", ("createRuntime", "sleep 0.2; tr -cd x | wc -c > LOG"))
            .Set("annotations", Large);
        await bundle.Output();
        Assert.True(int.Parse(Log(bundle)) >= LargeSize);
    }

    // More than a pipe holds.
    private const int LargeSize = 200_000;

    private static string Large => $$"""{"large":"{{new string('x', LargeSize)}}"}""";

    [Theory, EveryRuntime]
    public async Task OneThatIsNotThereIsNamed(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime, "true").Add("hooks.createRuntime", """{"path":"/no/such/hook"}""");
        Assert.Contains("/no/such/hook", await bundle.Refused());
    }

    [Theory, EveryRuntime]
    public async Task ARelativePathIsRefused(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime, "true").Add("hooks.createRuntime", """{"path":"bin/true"}""");
        await bundle.Refused();
    }

    [Theory, EveryRuntime("prestart|BUNDLE", "createRuntime|BUNDLE", "createContainer|BUNDLE/rootfs", "startContainer|/tmp")]
    public async Task ItStartsWhereItsWorkIs(string runtime, string @case)
    {
        string[] parts = @case.Split('|');
        await using Bundle bundle = Hooked(runtime, "true", (parts[0], "pwd > LOG")).Set("process.cwd", "\"/tmp\"");
        await bundle.Output();
        Assert.Equal(parts[1].Replace("BUNDLE", bundle.Path), Log(bundle));
    }

    [Theory, EveryRuntime]
    public async Task ThePolicyHoldsForTheOneInside(string runtime)
    {
        await using Bundle bundle = Hooked(runtime, "true", ("createContainer", "grep -E 'Seccomp:|NoNewPrivs' /proc/self/status > LOG"),
            ("startContainer", "{ grep -E 'Seccomp:|NoNewPrivs' /proc/self/status; mkdir /tmp/x 2>&1 || true; } >> LOG"))
            .Set("process.noNewPrivileges", "true")
            .Set("linux.seccomp",
            """{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO"}]}""");
        Assert.Equal(0, (await bundle.Run()).Code);
        Assert.Equal("NoNewPrivs:\t0\nSeccomp:\t0\nNoNewPrivs:\t1\nSeccomp:\t2\n"
            + "mkdir: can't create directory '/tmp/x': Operation not permitted", Log(bundle));
    }

    [Theory, EveryRuntime("createRuntime", "createContainer", "startContainer")]
    public async Task WhatItSaysIsToldByItsStreams(string runtime, string kind)
    {
        await using Bundle bundle = Hooked(runtime, "true", (kind, "echo one; echo two >&2; exit 7"));
        Assert.Matches("stdout: one(\\\\n|\n)?, stderr: two", (await bundle.Run()).Failed());
    }
}

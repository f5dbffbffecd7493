using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Builds;

/// <summary>What the client keeps to itself and a command is given: it reaches no layer, no history, no key and no log.</summary>
public sealed class SecretTests(SharedDaemons daemons) : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    private async Task<Command.Result> Build(Engine engine, string dockerfile, IReadOnlyDictionary<string, string?> environment,
        params string[] options)
    {
        Directory.CreateDirectory(_scratch["c"]);
        await File.WriteAllTextAsync(_scratch["c/Dockerfile"], dockerfile);
        Dictionary<string, string?> all = new(environment) { ["DOCKER_CONFIG"] = "/tmp/ge/no-configuration" };
        return await Command.Run(engine.Client, ["-H", engine.Daemon.Host, "build", .. options, _scratch["c"]], "", environment: all);
    }

    [Fact]
    public async Task ASecretIsInMemoryAloneAndNothingKnowsIt()
    {
        await using Engine engine = await Engine.WithItsOwnDaemon("gantry");
        string[] secrets = [$"quarz{Guid.NewGuid():N}", $"opal{Guid.NewGuid():N}"];
        await File.WriteAllTextAsync(_scratch["file"], secrets[0]);
        const string Dockerfile = """
            FROM busybox
            RUN --mount=type=secret,id=file --mount=type=secret,id=var,env=TOKEN,required --mount=type=secret,id=none,env=NONE \
              sha256sum < /run/secrets/file > /sums; printf %s "$TOKEN" | sha256sum >> /sums; echo "${NONE-unset}" >> /sums; \
              stat -c '%a %u:%g' /run/secrets/file >> /sums; grep ' /run/secrets/file ' /proc/mounts | cut -d' ' -f3 >> /sums; \
              ls /run/secrets >> /sums; ! echo x > /run/secrets/file
            RUN --mount=type=secret,id=file,target=/s/t,mode=0440,uid=7,gid=8 stat -c '%a %u:%g' /s/t >> /sums
            RUN ls -d /run/secrets /s >> /sums 2>&1; echo "${TOKEN-unset}" >> /sums
            """;
        Dictionary<string, string?> environment = new() { ["SECRET_VARIABLE"] = secrets[1] };
        string[] given = ["-t", "secrets", "--secret", $"id=file,src={_scratch["file"]}", "--secret", "id=var,env=SECRET_VARIABLE"];
        (await Build(engine, Dockerfile, environment, given)).Succeeded();
        string[] sums = (await engine.Ok("run", "--rm", "secrets", "cat", "/sums")).Split('\n');
        Assert.Equal(
        [
            await Sum(secrets[0]), await Sum(secrets[1]), "unset", "400 0:0", "tmpfs", "file", "440 7:8",
            "ls: /run/secrets: No such file or directory", "ls: /s: No such file or directory", "unset",
        ], sums);
        foreach (string secret in secrets)
        {
            Assert.DoesNotContain(secret, await engine.Ok("history", "--no-trunc", "secrets"));
            Assert.DoesNotContain(secret, await engine.Ok("inspect", "secrets"));
            Assert.DoesNotContain(secret, engine.Daemon.Log);
            Assert.Equal("", await _scratch.Shell($"grep -rl {secret} {engine.Daemon.DataRoot} {engine.Daemon.ExecRoot} || true"));
        }
        // Another secret is no other step.
        await File.WriteAllTextAsync(_scratch["file"], "another");
        string again = (await Build(engine, Dockerfile, environment, given)).Succeeded();
        Assert.Equal(3, again.Split("Using cache").Length - 1);
        Assert.Empty(Directory.GetDirectories($"{engine.Daemon.ExecRoot}/builds"));
        Assert.Equal("", await _scratch.Shell($"grep -rls -e {secrets[0]} -e {secrets[1]} /run /dev/shm || true"));
    }

    [Theory]
    [InlineData("type=secret,id=token,required=true", "secret token: not found", "--secret", "id=other,env=PATH")]
    [InlineData("type=secret,id=token", "failed to read secret token: open /no/such: no such file or directory", "--secret",
        "id=token,src=/no/such")]
    [InlineData("type=secret,id=token,env=T", "secret token: it has a NUL, which no variable can have", "--secret", "id=token,src=NUL")]
    [InlineData("type=secret,id=token", "unexpected key 'sauce' in 'sauce=x'", "--secret", "id=token,sauce=x")]
    [InlineData("type=ssh,required=true", "no SSH key \"default\" forwarded from the client")]
    [InlineData("type=ssh", "invalid empty ssh agent socket: make sure SSH_AUTH_SOCK is set", "--ssh", "default")]
    public async Task WhatIsMissingIsSaid(string mount, string said, params string[] options)
    {
        await using Engine engine = new("gantry", await daemons.Of(DaemonKind.Gantry));
        await File.WriteAllBytesAsync(_scratch["nul"], [65, 0, 66]);
        Command.Result failed = await Build(engine, $"FROM busybox\nRUN --mount={mount} : {Guid.NewGuid():N}\n",
            new Dictionary<string, string?> { ["SSH_AUTH_SOCK"] = null },
            [.. options.Select(option => option.Replace("NUL", _scratch["nul"], StringComparison.Ordinal))]);
        Assert.NotEqual(0, failed.Code);
        Assert.Contains(said, failed.Error);
    }

    [Fact]
    public async Task AnAgentSignsForACommandWithoutItsKey()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/ssh-agent"), "needs ssh-agent");
        await using Engine engine = new("gantry", await daemons.Of(DaemonKind.Gantry));
        string socket = _scratch["agent"];
        await _scratch.Shell($"mkdir -p c/root; for f in /usr/bin/ssh-add $(ldd /usr/bin/ssh-add | grep -o '/[^ ]*'); do "
            + "mkdir -p c/root/$(dirname $f); cp -L $f c/root/$f; done; cp /etc/passwd c/passwd; "
            + $"ssh-agent -a {socket} > agent.sh; ssh-keygen -q -t ed25519 -N '' -C gantry -f key; SSH_AUTH_SOCK={socket} ssh-add -q key");
        try
        {
            string dockerfile = $"""
                FROM busybox
                COPY root /
                COPY passwd /etc/passwd
                RUN --mount=type=ssh : {Guid.NewGuid():N}; for i in 1 2 3; do ssh-add -L; done > /keys
                RUN --mount=type=ssh,id=other,target=/a/sock,uid=7,mode=0666 echo $SSH_AUTH_SOCK >> /keys; \
                  stat -c '%a %u %F' /a/sock >> /keys
                RUN --mount=type=ssh,id=none echo "$SSH_AUTH_SOCK" >> /keys
                RUN --mount=type=ssh,id=key ssh-add -L >> /keys
                """;
            (await Build(engine, dockerfile, new Dictionary<string, string?> { ["SSH_AUTH_SOCK"] = socket }, "-t", "agents",
                "--ssh", "default", "--ssh", $"other={socket}", "--ssh", $"key={_scratch["key"]}")).Succeeded();
            string key = (await File.ReadAllTextAsync(_scratch["key.pub"])).Trim();
            Assert.Equal($"{key}\n{key}\n{key}\n/a/sock\n666 7 socket\n\n{key}", await engine.Ok("run", "--rm", "agents", "cat", "/keys"));
        }
        finally
        {
            await _scratch.Shell(". ./agent.sh > /dev/null; kill $SSH_AGENT_PID");
        }
    }

    private async Task<string> Sum(string text) => (await _scratch.Shell($"printf %s {text} | sha256sum")).TrimEnd('\n');
}

namespace Gantry.Runtime.Tests.Hardening;

/// <summary>CVE-2024-21626: a descriptor of the host that was left open is a way out, directly or as working directory.</summary>
public sealed class UsesLeakedDescriptorsTests : IDisposable
{
    // Builtins alone, so that no descriptor is the listing's own.
    private const string List = "for t in '' 1 2 3 4 5; do for f in 0 1 2 3 4 5 6 7 8 9; do [ -e /proc/$$/fd/$t$f ] && echo $t$f; [ -e "
        + "/proc/1/fd/$t$f ] && [ $t$f -gt 2 ] && echo first $t$f; done; done";

    private readonly HostileBundle _bundle = new();

    // The caller leaves a directory of the host open itself, without close-on-exec, as careless callers do.
    private Subprocess.Result Careless(params IReadOnlyList<string> arguments) => _bundle.Runtime("5< / 7< /etc/passwd 9< /", arguments);

    [Fact]
    public void OfTheFirstProcess()
    {
        _bundle.Script(List);
        Assert.Equal("0\n1\n2\n", Careless("run", "-b", _bundle.Bundle.Path, _bundle.Id).Output);
    }

    [Fact]
    public void OfAnExec()
    {
        _bundle.Write(["sleep", "100"]);
        _bundle.Bundle.Start();
        Assert.Equal("0\n1\n2\n", Careless("exec", _bundle.Id, "sh", "-c", List).Output);
        Assert.Equal("0\n1\n2\n",
            Careless("exec", "--tty", _bundle.Id, "sh", "-c", List).Output.Replace("\r", "", StringComparison.Ordinal));
    }

    /// <summary>What the runtime opens first gets the number of a stream that its caller closed.</summary>
    [Fact]
    public void InPlaceOfAClosedStream()
    {
        _bundle.Script("readlink /proc/self/fd/0; exec sleep 100");
        string output = Path.Combine(_bundle.Bundle.Path, "output");
        _bundle.Runtime($"<&- > {output} 2>&1", "run", "-d", "-b", _bundle.Bundle.Path, _bundle.Id);
        SpinWait.SpinUntil(() => File.ReadAllText(output).Length > 0, TimeSpan.FromSeconds(60));
        Assert.Equal("/dev/null\n", File.ReadAllText(output));
        Assert.Equal("/dev/null\n", _bundle.Runtime("<&-", "exec", _bundle.Id, "readlink", "/proc/self/fd/0").Output);
        Assert.Equal("/dev/null /dev/null\n",
            _bundle.Runtime("<&- 2>&-", "exec", _bundle.Id, "sh", "-c", "echo $(readlink /proc/$$/fd/0) $(readlink /proc/$$/fd/2)").Output);
    }

    [Fact]
    public void OnlyThoseAskedForArePassed()
    {
        _bundle.Script("readlink /proc/self/fd/3; [ -e /proc/self/fd/4 ] || echo alone");
        Subprocess.Result result =
            _bundle.Runtime("3< /etc/hostname 4< /", "run", "--preserve-fds", "1", "-b", _bundle.Bundle.Path, _bundle.Id);
        Assert.Equal("/etc/hostname\nalone\n", result.Output);
    }

    [Fact]
    public void AsWorkingDirectory()
    {
        for (int descriptor = 3; descriptor < 14; descriptor++)
        {
            string cwd = $"/proc/self/fd/{descriptor}";
            _bundle.Script("echo it ran in $(readlink /proc/self/cwd)", s => s with { Process = s.Process! with { Cwd = cwd } });
            Subprocess.Result result = Careless("run", "-b", _bundle.Bundle.Path, _bundle.Id);
            Assert.Equal((1, ""), (result.ExitCode, result.Output));
            Assert.Matches($"{cwd}|current working directory is outside", result.Error);
        }
        _bundle.Bundle.AssertNothingLeft();
    }

    [Fact]
    public void AsWorkingDirectoryOfAnExec()
    {
        for (int descriptor = 3; descriptor < 14; descriptor++) _bundle.Link($"cwd-{descriptor}", $"/proc/self/fd/{descriptor}");
        _bundle.Write(["sleep", "100"]);
        _bundle.Bundle.Start();
        for (int descriptor = 3; descriptor < 14; descriptor++)
        {
            Subprocess.Result result =
                Careless("exec", "--cwd", $"/cwd-{descriptor}", _bundle.Id, "sh", "-c", "echo it ran in $(readlink /proc/self/cwd)");
            Assert.Equal((255, ""), (result.ExitCode, result.Output));
            Assert.Contains("cwd", result.Error.Replace("current working directory", "cwd", StringComparison.Ordinal));
        }
    }

    // On purpose the first process got a directory of the host's; that is no place for another to start in.
    [Fact]
    public void AsWorkingDirectoryThroughTheFirstProcess()
    {
        _bundle.Write(["sleep", "100"]);
        _bundle.Runtime("3< / < /dev/null > /dev/null 2>&1", "run", "-d", "--preserve-fds", "1", "-b", _bundle.Bundle.Path, _bundle.Id);
        Assert.Equal("/", _bundle.Exec(_bundle.Id, "readlink", "/proc/1/fd/3").Output.Trim());
        Subprocess.Result result =
            _bundle.Exec("--cwd", "/proc/1/fd/3", _bundle.Id, "sh", "-c", "echo it ran in $(readlink /proc/self/cwd)");
        Assert.Equal((255, ""), (result.ExitCode, result.Output));
        Assert.Contains("current working directory is outside of container mount namespace root", result.Error);
    }

    public void Dispose() => _bundle.Dispose();
}

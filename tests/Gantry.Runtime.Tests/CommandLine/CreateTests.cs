using System.Text.Json;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Tests.Bundles;

namespace Gantry.Runtime.Tests.CommandLine;

/// <summary>Create and start by two calls, as engines do it.</summary>
public sealed class CreateTests : IDisposable
{
    private readonly RuntimeBundle _bundle = new();

    private string Output => Path.Combine(_bundle.Path, "output");

    // The output goes to a file: a pipe would stay open as long as the container that create leaves behind.
    private Subprocess.Result Create(string umask = "022", string prefix = "") => Subprocess.RunAsync("/bin/sh",
        ["-c", $"umask {umask}; {prefix} exec \"$0\" \"$@\" < /dev/null > {Output} 2>&1", RuntimeProgram.Path, "--root", _bundle.StateRoot,
            "create", "-b", _bundle.Path, _bundle.Id],
        cancellation: TestContext.Current.CancellationToken).GetAwaiter().GetResult();

    private string StartAndRead(string awaited)
    {
        Subprocess.Result start = _bundle.Runtime("start", _bundle.Id);
        Assert.Equal("", start.Error);
        SpinWait.SpinUntil(() => File.ReadAllText(Output).Contains(awaited), TimeSpan.FromSeconds(60));
        return File.ReadAllText(Output);
    }

    [Fact]
    public void InAUserNamespaceStartReachesTheContainer()
    {
        OciIdMapping[] mappings = [new() { ContainerID = 0, HostID = 100000, Size = 65536 }];
        // Their owners outside are not the container's root.
        foreach (string directory in (string[])[_bundle.Path, Busybox.Root])
            File.SetUnixFileMode(directory, File.GetUnixFileMode(directory) | UnixFileMode.OtherExecute | UnixFileMode.OtherRead);
        _bundle.Write(["id", "-u"],
            s => s with { Linux = s.Linux! with { Namespaces = [.. s.Linux.Namespaces!, new() { Type = "user" }], UidMappings = mappings,
                GidMappings = mappings } });
        Assert.Equal(0, Create().ExitCode);
        Assert.Equal("0\n", StartAndRead("0"));
    }

    [Fact]
    public void AUserWithoutRightsIsStartedWhateverTheUmask()
    {
        _bundle.Write(["id", "-u"],
            static s => s with { Process =
                s.Process! with { User = new OciUser { Uid = 1234, Gid = 1234 }, Capabilities = new OciCapabilities() } });
        Assert.Equal(0, Create("077").ExitCode);
        Assert.Equal("1234\n", StartAndRead("1234"));
    }

    [Fact]
    public void SocketsOfTheCallerReachTheCommand()
    {
        _bundle.Write(["sh", "-c", "echo $LISTEN_FDS $LISTEN_PID $(cat <&3)"]);
        Assert.Equal(0, Create(prefix: $"exec 3< {Path.Combine(_bundle.Path, "config.json")}; LISTEN_FDS=1").ExitCode);
        Assert.StartsWith("1 1 {", StartAndRead("{"));
    }

    /// <summary>It may wait for hours, and there may be many: the program's pages come back from the page cache. Each time, as a thread
    /// that still ran would fetch them again.</summary>
    [Fact]
    public void WhoWaitsForStartHoldsLittleOfTheProgram()
    {
        _bundle.Write(["true"]);
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(0, Create().ExitCode);
            using JsonDocument state = JsonDocument.Parse(_bundle.Runtime("state", _bundle.Id).Output);
            int pid = state.RootElement.GetProperty("pid").GetInt32();
            Assert.True(SpinWait.SpinUntil(() => ResidentOfProgram(pid) < 1000, TimeSpan.FromSeconds(60)),
                $"{ResidentOfProgram(pid)} kB of the program are mapped");
            Assert.Equal(0, _bundle.Runtime("delete", "--force", _bundle.Id).ExitCode);
        }
    }

    /// <returns>In kB.</returns>
    private static int ResidentOfProgram(int process)
    {
        int sum = 0;
        bool counted = false;
        foreach (string line in File.ReadLines($"/proc/{process}/smaps"))
        {
            // A mapping's own line begins with its addresses, those below it with a name.
            if (char.IsAsciiHexDigitLower(line[0])) counted = line.EndsWith("/gantry-runtime", StringComparison.Ordinal);
            if (counted && line.StartsWith("Rss:", StringComparison.Ordinal))
                sum += int.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
        }
        return sum;
    }

    [Fact]
    public void AStartedContainerIsNotStartedAgain()
    {
        _bundle.Write(["sleep", "60"]);
        Create();
        Assert.Equal(0, _bundle.Runtime("start", _bundle.Id).ExitCode);
        Assert.Contains("cannot start an already running container", _bundle.Runtime("start", _bundle.Id).Error);
        Assert.Contains("cannot allocate tty",
            _bundle.Write(["sh"], static s => s with { Process = s.Process! with { Terminal = true } })
                .Runtime("create", "-b", _bundle.Path, $"{_bundle.Id}-2").Error);
    }

    public void Dispose() => _bundle.Dispose();
}

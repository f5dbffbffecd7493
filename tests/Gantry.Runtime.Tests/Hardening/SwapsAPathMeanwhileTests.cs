using System.Runtime.InteropServices;
using Gantry.Linux;
using Gantry.Linux.Files;

namespace Gantry.Runtime.Tests.Hardening;

/// <summary>
/// CVE-2021-30465 and CVE-2024-45310: while a container is made, another one that shares a volume with it exchanges a directory of that
/// volume for a link to a place of the host, so that a mount lands there, or a mount point is made there.
/// </summary>
public sealed partial class SwapsAPathMeanwhileTests : IDisposable
{
    internal const int Exchange = 2, WorkingDirectory = -100;
    private const int Rounds = 25;

    private readonly HostileBundle _bundle = new();
    private readonly string _volume = Directory.CreateTempSubdirectory("gantry-shared-").FullName;
    private int _exchanges;

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int renameat2(int oldDirectory, string oldPath, int newDirectory, string newPath, uint flags);

    /// <summary>Runs again and again beside a thread that exchanges <c>target</c>, a directory, and <c>link</c>,
    /// which leads to the host.</summary>
    private void Race(string destination, string type, string source, params string[] options)
    {
        Directory.CreateDirectory(Path.Combine(_volume, "target"));
        File.CreateSymbolicLink(Path.Combine(_volume, "link"), _bundle.Outside);
        _bundle.Script("true", s =>
            HostileBundle.WithMount(HostileBundle.WithMount(s, "/volume", "bind", _volume, "bind"), destination, type, source, options));
        RunWhileExchanging(_volume, static _ => { });
        _bundle.AssertNothingOutside();
        _bundle.Bundle.AssertNothingLeft();
    }

    private void RunWhileExchanging(string directory, Action<Subprocess.Result> look, int rounds = Rounds)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        Thread racer = new(() =>
        {
            while (!stop.IsCancellationRequested)
                if (renameat2(WorkingDirectory, Path.Combine(directory, "target"), WorkingDirectory, Path.Combine(directory, "link"),
                    Exchange) == 0) _exchanges++;
        });
        racer.Start();
        try
        {
            for (int i = 0; i < rounds; i++) look(_bundle.Run());
        }
        finally
        {
            stop.Cancel();
            racer.Join();
        }
        Assert.True(_exchanges > Rounds, $"only {_exchanges} exchanges");
    }

    // An endless device in the place of a file that is being copied would fill what it is copied to.
    [Fact]
    public void ThatIsCopiedUp()
    {
        Directory.CreateDirectory(_bundle.In("data"));
        File.WriteAllText(_bundle.In("data/target"), "");
        using (SafeFileDescriptor data = LinuxFile.OpenDirectory(_bundle.In("data")))
            Node.Make(data, "link", FileKind.CharacterDevice, 0x1B6, 1, 5);
        _bundle.Script("true", static s => HostileBundle.WithMount(s, "/data", "tmpfs", "tmpfs", "tmpcopyup", "size=64k"));
        RunWhileExchanging(_bundle.In("data"), static result => Assert.Equal((0, ""), (result.ExitCode, result.Error)), 4 * Rounds);
    }

    [Fact]
    public void BelowWhichADirectoryIsMade() => Race("/volume/target/made/deeper", "tmpfs", "tmpfs");

    [Fact]
    public void BelowWhichAFileIsMade() => Race("/volume/target/made", "bind", "/etc/hostname", "bind");

    [Fact]
    public void OntoWhichAFileSystemWithPropagationIsMounted() => Race("/volume/target/made", "tmpfs", "tmpfs", "rprivate", "rro");

    [Theory]
    [InlineData("/made")]
    [InlineData("/../made")]
    public void OrALinkOfTheImageLeadsOutsideFromTheStart(string below)
    {
        _bundle.Link("out", _bundle.Outside);
        _bundle.Script("true", s =>
            HostileBundle.WithMount(s, $"/out{below}", "tmpfs", "tmpfs") with { Process = s.Process! with { Cwd = "/out/work" } });
        Assert.Equal(0, _bundle.Run().ExitCode);
        _bundle.AssertNothingOutside();
        Assert.False(File.Exists(Path.Combine(Path.GetDirectoryName(_bundle.Outside)!, "made")));
    }

    public void Dispose()
    {
        _bundle.Dispose();
        Directory.Delete(_volume, recursive: true);
    }
}

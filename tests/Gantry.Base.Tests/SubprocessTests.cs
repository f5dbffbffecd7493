namespace Gantry.Base.Tests;

public sealed class SubprocessTests
{
    [Fact]
    public async Task NothingOfItIsLeftToTheCollector()
    {
        const int Runs = 100;
        int before = Pipes();
        for (int i = 0; i < Runs; i++) Assert.Equal((0, "said\n", "cried\n"), await Run());
        // Other tests have some of their own; two a run would be two hundred.
        Assert.InRange(Pipes(), 0, before + Runs / 2);
    }

    [Fact]
    public async Task InputAndCodeGoThrough()
    {
        Subprocess.Result result = await Subprocess.RunAsync("sh", ["-c", "cat; exit 3"], "given",
            cancellation: TestContext.Current.CancellationToken);
        Assert.Equal((3, "given", ""), (result.ExitCode, result.Output, result.Error));
    }

    [Fact]
    public async Task OneThatDoesNotEndIsKilled()
    {
        TimeSpan limit = TimeSpan.FromMilliseconds(200);
        GantryException e = await Assert.ThrowsAsync<GantryException>(() =>
            Subprocess.RunAsync("sh", ["-c", "sleep 100 & sleep 100"], limit: limit, cancellation: TestContext.Current.CancellationToken));
        Assert.Equal((ErrorKind.Unavailable, "sh has not ended for 0.2 s and was killed"), (e.Kind, e.Message));
    }

    /// <summary>More than a pipe holds, so that somebody has to read it.</summary>
    [Fact]
    public async Task OneThatDoesNotReadItsInputIsWaitedForAllTheSame()
    {
        Subprocess.Result result = await Subprocess.RunAsync("sh", ["-c", "exec 0<&-; echo said; sleep 0.2; exit 4"],
            new string('x', 1 << 20), cancellation: TestContext.Current.CancellationToken);
        Assert.Equal((4, "said\n", ""), (result.ExitCode, result.Output, result.Error));
    }

    private static async Task<(int, string, string)> Run()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        Subprocess.Result result = await Subprocess.RunAsync("sh", ["-c", "echo said; echo cried >&2"], cancellation: stop);
        return (result.ExitCode, result.Output, result.Error);
    }

    private static int Pipes() => Directory.EnumerateFileSystemEntries("/proc/self/fd")
        .Count(static fd => IsPipe(new FileInfo(fd).LinkTarget ?? ""));

    // The framework takes pairs of sockets.
    private static bool IsPipe(string target) =>
        target.StartsWith("pipe:", StringComparison.Ordinal) || target.StartsWith("socket:", StringComparison.Ordinal);
}

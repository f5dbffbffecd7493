namespace Gantry.Runtime.Tests.CommandLine;

/// <summary>Many containers one after the other and at once; <c>bench/load</c> does it with the thousand.</summary>
public sealed class LoadTests
{
    private const int InARow = 20, AtOnce = 20;

    [Fact]
    public async Task NoneFailsAndNothingIsLeft()
    {
        using RuntimeBundle bundle = new();
        bundle.Write(["sh", "-c", "exit 7"], static s => s with { Linux = s.Linux! with { CgroupsPath = null } });
        for (int i = 0; i < InARow; i++) Assert.Equal((7, ""), ExitOf(bundle.RunAs($"{bundle.Id}-{i}")));
        Subprocess.Result[] results = await Task.WhenAll(Enumerable.Range(0, AtOnce)
            .Select(i => Task.Run(() => bundle.RunAs($"{bundle.Id}-p{i}"), TestContext.Current.CancellationToken)));
        Assert.All(results, static r => Assert.Equal((7, ""), ExitOf(r)));
        Assert.Empty(Directory.EnumerateDirectories(bundle.StateRoot, $"{bundle.Id}*"));
        Assert.Empty(Directory.EnumerateDirectories("/sys/fs/cgroup", $"{bundle.Id}*", SearchOption.AllDirectories));
        Assert.DoesNotContain(bundle.Path, File.ReadAllText("/proc/self/mountinfo"));
    }

    private static (int, string) ExitOf(Subprocess.Result result) => (result.ExitCode, result.Error);
}

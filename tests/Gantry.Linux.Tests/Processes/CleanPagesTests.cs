using Gantry.Linux.Processes;

namespace Gantry.Linux.Tests.Processes;

public sealed class CleanPagesTests
{
    [Fact]
    public async Task PagesOfProgramFilesAreGivenBackWhileThreadsRunOn()
    {
        using CancellationTokenSource stop = new();
        Task<long> busy = Task.Run(() => Count(stop.Token), TestContext.Current.CancellationToken);
        using CleanPages pages = CleanPages.TryOpen()!;
        long before = FilePages();
        pages.DropUnwritable();
        long after = FilePages();
        NativeHeap.Trim();
        await stop.CancelAsync();
        Assert.True(await busy > 0);
        Assert.True(after < before * 2 / 3, $"{before} kB before, {after} kB after");
    }

    private static long Count(CancellationToken stop)
    {
        long counted = 0;
        while (!stop.IsCancellationRequested || counted == 0) counted += $"{counted}".Length;
        return counted;
    }

    private static long FilePages() =>
        long.Parse(File.ReadLines("/proc/self/status").First(static line => line.StartsWith("RssFile:", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2]);
}

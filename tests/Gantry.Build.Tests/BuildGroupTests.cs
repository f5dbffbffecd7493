namespace Gantry.Build.Tests;

public sealed class BuildGroupTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PartsAreMadeSideBySideAndNoMoreThanThereAreProcessors()
    {
        int now = 0, most = 0, made = 0;
        TaskCompletionSource full = new();
        await BuildGroup.EachAsync(Environment.ProcessorCount * 3, async (_, _) =>
        {
            int count = Interlocked.Increment(ref now);
            InterlockedMax(ref most, count);
            if (count == Environment.ProcessorCount) full.TrySetResult();
            await full.Task;
            Interlocked.Decrement(ref now);
            Interlocked.Increment(ref made);
        }, Cancellation);
        Assert.Equal((Environment.ProcessorCount, Environment.ProcessorCount * 3), (most, made));
    }

    [Fact]
    public async Task TheFirstFailureEndsTheOthersAndIsTold()
    {
        Assert.SkipUnless(Environment.ProcessorCount > 1, "one processor makes one part at a time");
        TaskCompletionSource begun = new();
        bool isEnded = false;
        InvalidOperationException failure = await Assert.ThrowsAsync<InvalidOperationException>(() => BuildGroup.EachAsync(2,
            async (i, stop) =>
            {
                if (i == 1)
                {
                    await begun.Task;
                    throw new InvalidOperationException("this one");
                }
                begun.SetResult();
                try
                {
                    await Task.Delay(Timeout.Infinite, stop);
                }
                finally
                {
                    isEnded = true;
                }
            }, Cancellation));
        Assert.Equal(("this one", true), (failure.Message, isEnded));
    }

    [Fact]
    public async Task WhoIsCalledOffIsToldSo()
    {
        using CancellationTokenSource source = new();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => BuildGroup.EachAsync(2, async (_, stop) =>
        {
            await source.CancelAsync();
            stop.ThrowIfCancellationRequested();
        }, source.Token));
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (int seen = Volatile.Read(ref most); value > seen; seen = Volatile.Read(ref most))
            if (Interlocked.CompareExchange(ref most, value, seen) == seen) return;
    }
}

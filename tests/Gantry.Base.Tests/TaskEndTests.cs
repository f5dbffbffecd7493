using System.Runtime.CompilerServices;

namespace Gantry.Base.Tests;

public sealed class TaskEndTests
{
    private readonly string _words = RandomId.New();

    [Fact]
    public async Task AFailureOfWhatIsAwaitedQuietlyIsOneThatSomebodySaw() => Assert.False(await IsToldAsync(
        task => task.Quietly()));

    [Fact]
    public async Task AFailureThatComesLaterToo()
    {
        TaskCompletionSource first = new();
        Assert.False(await IsToldAsync(task =>
        {
            Task ended = WhenAsync(first.Task, task).Quietly();
            first.SetResult();
            return ended;
        }));
    }

    [Fact]
    public async Task TheEndOfACancelledTaskIsOne()
    {
        await Task.FromCanceled(new CancellationToken(canceled: true)).Quietly();
        await Task.CompletedTask.Quietly();
    }

    /// <summary>Or the two above would see nothing whatever happens.</summary>
    [Fact]
    public async Task AFailureThatNobodySawIsTold() => Assert.True(await IsToldAsync(static _ => Task.CompletedTask));

    private static async Task WhenAsync(Task first, Task then)
    {
        await first;
        await then;
    }

    private async Task<bool> IsToldAsync(Func<Task, Task> look)
    {
        bool told = false;
        void Hear(object? sender, UnobservedTaskExceptionEventArgs fault) =>
            told |= fault.Exception.InnerExceptions.Any(one => one.Message == _words);
        TaskScheduler.UnobservedTaskException += Hear;
        try
        {
            await FailAsync(look);
            for (int i = 0; i < 3; i++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Hear;
        }
        return told;
    }

    // Nothing of it may be left on the stack.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private Task FailAsync(Func<Task, Task> look) => look(Task.FromException(new InvalidOperationException(_words)));
}

using System.Runtime.ExceptionServices;

namespace Gantry.Build.Files;

/// <summary>Does one thing for many.</summary>
internal static class OnAllProcessors
{
    /// <summary>Returns when all is done, or all that was begun when one failed.</summary>
    /// <exception cref="Exception">The first one's, as it was thrown.</exception>
    public static void Run(int count, Action<int> work, CancellationToken cancellation)
    {
        try
        {
            Parallel.For(0, count, new ParallelOptions { CancellationToken = cancellation }, work);
        }
        catch (AggregateException several)
        {
            ExceptionDispatchInfo.Throw(several.InnerExceptions[0]);
        }
    }

    /// <param name="begin">Makes what one thread works with.</param>
    /// <inheritdoc cref="Run(int, Action{int}, CancellationToken)"/>
    public static void Run<T>(int count, Func<T> begin, Action<int, T> work, CancellationToken cancellation) where T : IDisposable
    {
        try
        {
            Parallel.For(0, count, new ParallelOptions { CancellationToken = cancellation }, begin, (i, _, tool) =>
            {
                work(i, tool);
                return tool;
            }, tool => tool.Dispose());
        }
        catch (AggregateException several)
        {
            ExceptionDispatchInfo.Throw(several.InnerExceptions[0]);
        }
    }
}

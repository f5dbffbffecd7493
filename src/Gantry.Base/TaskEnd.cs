namespace Gantry;

public static class TaskEnd
{
    /// <summary>Its end, whatever that is. How it failed is of no concern: it is looked at here, or the process would be told of a
    /// failure that nobody saw.</summary>
    /// <remarks>Awaited, or left alone.</remarks>
    public static async Task Quietly(this Task task) => await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
